package org.networkfission.prep.frame;

/** Input data that is missing, or too much of which is bad, for a job to end well. */
public final class InputException extends RuntimeException {
  public InputException(String message) {
    super(message);
  }

  public InputException(String message, Throwable cause) {
    super(message, cause);
  }
}
