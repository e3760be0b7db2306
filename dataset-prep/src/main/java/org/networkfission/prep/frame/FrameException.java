package org.networkfission.prep.frame;

import java.util.Objects;

/** A frame, or all frames of a unit, that cannot be used. */
public final class FrameException extends Exception {
  private final Reason reason;

  public FrameException(Reason reason, String message) {
    this(reason, message, null);
  }

  public FrameException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = Objects.requireNonNull(reason, "reason");
  }

  public Reason reason() {
    return reason;
  }
}
