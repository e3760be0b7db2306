package org.networkfission.jobs.train.collective;

import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Work that waits for other replicas somewhere within the model, where nothing checked can be
 * thrown: what it throws leaves as it leaves a collective.
 */
public final class CheckedWait {
  private CheckedWait() {}

  /** What is done. */
  public interface Work<T> {
    T run() throws IOException, InterruptedException;
  }

  /**
   * Does it.
   *
   * @throws IOException as it was before it was unchecked
   * @throws InterruptedException if the thread was interrupted meanwhile
   */
  public static <T> T of(Work<T> work) throws IOException, InterruptedException {
    try {
      return work.run();
    } catch (UncheckedIOException e) {
      if (Thread.interrupted()) {
        throw new InterruptedException(e.getMessage());
      }
      throw e.getCause();
    }
  }
}
