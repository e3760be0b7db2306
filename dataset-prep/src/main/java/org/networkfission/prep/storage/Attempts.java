package org.networkfission.prep.storage;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.NoSuchFileException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.security.AccessControlException;

/** Asks a file system again where it failed, waiting longer each time. */
final class Attempts {
  /** How often it is asked. */
  static final String TRIES = "network-fission.read.tries";

  /** How long the first wait is, in ms; each one after it is four times as long. */
  static final String WAIT = "network-fission.read.wait";

  private static final int DEFAULT_TRIES = 4;
  private static final int DEFAULT_WAIT = 250;
  private static final int GROWTH = 4;

  private final int tries;
  private final long wait;

  /** A call of a file system. */
  interface Call<T> {
    T run() throws IOException;
  }

  Attempts(Configuration hadoop) {
    tries = Math.max(1, hadoop.getInt(TRIES, DEFAULT_TRIES));
    wait = hadoop.getLong(WAIT, DEFAULT_WAIT);
  }

  /**
   * Calls until there is an answer. That a file is missing, or that its bytes do not match their
   * checksum, is one.
   *
   * @throws StorageException if there is none
   */
  <T> T run(Path file, Call<T> call) throws IOException {
    long pause = wait;
    for (int attempt = 1; ; attempt++) {
      try {
        return call.run();
      } catch (FileNotFoundException | NoSuchFileException | AccessControlException e) {
        throw e;
      } catch (IOException e) {
        if (interrupted(e)) {
          throw e;
        }
        if (attempt >= tries) {
          if (e instanceof ChecksumException) {
            throw e;
          }
          throw new StorageException(
              "Cannot read %s: its file system failed %d times, at last with: %s"
                  .formatted(file, tries, e),
              e);
        }
      }
      pause(pause);
      pause *= GROWTH;
    }
  }

  /** Whether this thread is to end; a time-out of a socket is something else. */
  private static boolean interrupted(IOException e) {
    return Thread.currentThread().isInterrupted()
        || e instanceof ClosedByInterruptException
        || (e instanceof InterruptedIOException && !(e instanceof SocketTimeoutException));
  }

  private static void pause(long millis) throws InterruptedIOException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Interrupted while waiting for a file system");
    }
  }
}
