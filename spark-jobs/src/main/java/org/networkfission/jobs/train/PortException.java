package org.networkfission.jobs.train;

import java.io.IOException;

/** A port that cannot be listened at. */
final class PortException extends IOException {
  PortException(String message, Throwable cause) {
    super(message, cause);
  }
}
