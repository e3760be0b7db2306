package org.networkfission.model.parallel;

import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * As many threads as the native libraries have ({@code OMP_NUM_THREADS}, else one per processor).
 * Who shares work out among them must get the same bits for any number of threads: pieces do not
 * depend on it, and sums of what they made are taken in the order of the pieces.
 */
public final class Workers {
  private Workers() {}

  /** Made on first use, so that one thread has none beside it. */
  private static final class Holder {
    static final ForkJoinPool POOL = new ForkJoinPool(count());
  }

  private static int count() {
    String said = System.getenv("OMP_NUM_THREADS");
    return said != null && said.matches("[1-9][0-9]{0,3}")
        ? Integer.parseInt(said)
        : Runtime.getRuntime().availableProcessors();
  }

  /**
   * Does pieces of work, some at a time, and returns when all are done. A piece may share itself
   * out again.
   *
   * @param work does the piece of a number from 0 on, without a part of another's
   */
  public static void forEach(int pieces, IntConsumer work) {
    if (pieces <= 1 || count() == 1) {
      for (int i = 0; i < pieces; i++) {
        work.accept(i);
      }
    } else if (ForkJoinTask.getPool() == Holder.POOL) {
      IntStream.range(0, pieces).parallel().forEach(work);
    } else {
      Holder.POOL.submit(() -> IntStream.range(0, pieces).parallel().forEach(work)).join();
    }
  }
}
