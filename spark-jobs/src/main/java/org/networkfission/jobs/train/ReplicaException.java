package org.networkfission.jobs.train;

import java.io.IOException;

/** A replica that was lost, fell silent, failed, or sent what it should not. */
final class ReplicaException extends IOException {
  ReplicaException(String message) {
    super(message);
  }

  ReplicaException(String message, Throwable cause) {
    super(message, cause);
  }
}
