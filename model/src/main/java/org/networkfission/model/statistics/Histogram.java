package org.networkfission.model.statistics;

import java.io.Serializable;
import java.util.OptionalDouble;

/** Counts of values in bins of equal width from 0; the last bin is open. */
public final class Histogram implements Serializable {
  private static final long serialVersionUID = 1;

  private final double width;
  private final long[] counts;

  Histogram(double width, int bins) {
    this.width = width;
    counts = new long[bins];
  }

  void count(double value) {
    counts[(int) Math.min(counts.length - 1, value / width)]++;
  }

  void add(Histogram other, int times) {
    Counts.add(counts, other.counts, times);
  }

  Histogram empty() {
    return new Histogram(width, counts.length);
  }

  /** The width of a bin. */
  public double width() {
    return width;
  }

  /** The counts of all bins. */
  public long[] counts() {
    return counts.clone();
  }

  /** The median, to within a bin: values are taken to lie evenly inside their bin. */
  public OptionalDouble median() {
    long total = Counts.sum(counts);
    if (total == 0) {
      return OptionalDouble.empty();
    }
    double half = total / 2.0;
    long below = 0;
    int bin = 0;
    while (below + counts[bin] < half) {
      below += counts[bin++];
    }
    return OptionalDouble.of(width * (bin + (half - below) / counts[bin]));
  }
}
