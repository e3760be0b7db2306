package org.networkfission.jobs.train.server;

/** Divides the time of a step. */
final class Stopwatch {
  private long mark = System.nanoTime();
  private long exchangeNanos;
  private long updateNanos;

  /** Counts the time since the last lap to the exchange, but for what was spent computing. */
  void lapExchange(long computing) {
    exchangeNanos += lap() - computing;
    updateNanos += computing;
  }

  void lapUpdate() {
    updateNanos += lap();
  }

  private long lap() {
    long before = mark;
    mark = System.nanoTime();
    return mark - before;
  }

  /** Time to push, to wait and to receive. */
  long exchangeNanos() {
    return exchangeNanos;
  }

  /** Time to sum, to update and to convert. */
  long updateNanos() {
    return updateNanos;
  }
}
