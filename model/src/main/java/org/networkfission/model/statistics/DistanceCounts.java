package org.networkfission.model.statistics;

import java.io.Serializable;

/** How many pixels are right, by their true distance. */
public final class DistanceCounts implements Serializable {
  private static final long serialVersionUID = 1;

  /** Bins of one metre; the last one is open. */
  public static final int BINS = 11;

  private static final float MILLIMETRES_PER_BIN = 1000;

  private final long[] pixels = new long[BINS];
  private final long[] right = new long[BINS];

  /**
   * Counts a pixel.
   *
   * @param millimetres its true depth in mm; 0 where unknown, then it is not counted
   */
  void count(float millimetres, boolean isRight) {
    if (millimetres > 0) {
      int bin = Math.min(BINS - 1, (int) (millimetres / MILLIMETRES_PER_BIN));
      pixels[bin]++;
      if (isRight) {
        right[bin]++;
      }
    }
  }

  void add(DistanceCounts other, int times) {
    Counts.add(pixels, other.pixels, times);
    Counts.add(right, other.right, times);
  }

  /** The pixels of a bin: from {@code bin} to {@code bin + 1} metres away. */
  public long pixels(int bin) {
    return pixels[bin];
  }

  /** Those of them that are right. */
  public long right(int bin) {
    return right[bin];
  }
}
