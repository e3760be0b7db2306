package org.networkfission.jobs.train.collective;

import java.io.IOException;

/** A port that cannot be listened at. */
public final class PortException extends IOException {
  PortException(String message, Throwable cause) {
    super(message, cause);
  }
}
