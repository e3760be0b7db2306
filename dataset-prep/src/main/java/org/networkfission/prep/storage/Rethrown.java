package org.networkfission.prep.storage;

import java.io.IOException;

/** What another thread threw, thrown again as what it is by whoever waited for it. */
public final class Rethrown {
  private Rethrown() {}

  /**
   * Throws it where it is unchecked.
   *
   * @return it, or another one with it as the cause, to be thrown
   */
  public static IOException of(Throwable cause) {
    if (cause instanceof RuntimeException unchecked) {
      throw unchecked;
    } else if (cause instanceof Error error) {
      throw error;
    }
    return cause instanceof IOException io ? io : new IOException(cause);
  }
}
