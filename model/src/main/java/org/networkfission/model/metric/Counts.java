package org.networkfission.model.metric;

/** Arithmetic on arrays of counts. */
final class Counts {
  private Counts() {}

  static void add(long[] into, long[] other, int times) {
    for (int i = 0; i < into.length; i++) {
      into[i] += times * other[i];
    }
  }

  static long sum(long[] counts) {
    long sum = 0;
    for (long count : counts) {
      sum += count;
    }
    return sum;
  }
}
