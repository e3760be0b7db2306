package org.networkfission.jobs.train.collective;

import java.io.IOException;

/** A replica that was lost, fell silent, failed, or sent what it should not. */
public final class ReplicaException extends IOException {
  public ReplicaException(String message) {
    super(message);
  }

  public ReplicaException(String message, Throwable cause) {
    super(message, cause);
  }
}
