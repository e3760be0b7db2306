package org.networkfission.model.backend.cuda.driver;

/** A GPU cannot be used as it was asked to; the process and the GPU are well. */
public final class CudaException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public CudaException(String message) {
    super(message);
  }
}
