package org.networkfission.model.statistics;

/** Arithmetic on arrays of counts. */
public final class Counts {
  private Counts() {}

  /** Adds counts, each of them {@code times} times. */
  public static void add(long[] into, long[] other, int times) {
    for (int i = 0; i < into.length; i++) {
      into[i] += times * other[i];
    }
  }

  /** The sum of all counts. */
  public static long sum(long[] counts) {
    long sum = 0;
    for (long count : counts) {
      sum += count;
    }
    return sum;
  }
}
