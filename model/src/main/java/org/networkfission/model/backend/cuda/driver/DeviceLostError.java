package org.networkfission.model.backend.cuda.driver;

/**
 * A GPU failed in the middle of its work, after which nothing in this process can use it any more.
 * An error of the virtual machine's kind, for which Spark ends the executor, so that the run goes
 * on from its checkpoint as after any lost executor.
 */
public final class DeviceLostError extends InternalError {
  private static final long serialVersionUID = 1;

  public DeviceLostError(String message) {
    super(message);
  }
}
