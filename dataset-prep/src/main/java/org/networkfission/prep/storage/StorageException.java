package org.networkfission.prep.storage;

import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * A file system that does not answer, after several tries: nothing is known about the data, so that
 * it is neither missing nor bad. Unchecked, so that no reader of a format takes it for a fault of
 * the format.
 */
public final class StorageException extends UncheckedIOException {
  private static final long serialVersionUID = 1;

  StorageException(String message, IOException cause) {
    super(message, cause);
  }

  /** Throws the storage's failure that libraries wrapped into others, if it is one. */
  public static void rethrow(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof StorageException failure) {
        throw failure;
      }
    }
  }
}
