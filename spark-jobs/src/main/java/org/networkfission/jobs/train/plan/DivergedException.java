package org.networkfission.jobs.train.plan;

/** Training that met a loss or gradient that is not finite. No parameter was changed by it. */
public final class DivergedException extends RuntimeException {
  public DivergedException(String message) {
    super(message);
  }
}
