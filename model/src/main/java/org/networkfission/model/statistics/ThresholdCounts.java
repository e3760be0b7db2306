package org.networkfission.model.statistics;

import java.io.Serializable;
import java.util.List;

/** How many values lie below each of a few thresholds, strictly and inclusively. */
public final class ThresholdCounts implements Serializable {
  private static final long serialVersionUID = 1;

  private final double[] thresholds;
  private final long[] strict;
  private final long[] inclusive;
  private long total;

  ThresholdCounts(List<Double> thresholds) {
    this.thresholds = thresholds.stream().mapToDouble(Double::doubleValue).toArray();
    strict = new long[thresholds.size()];
    inclusive = new long[thresholds.size()];
  }

  void count(double value) {
    total++;
    for (int i = 0; i < thresholds.length; i++) {
      if (value < thresholds[i]) {
        strict[i]++;
      }
      if (value <= thresholds[i]) {
        inclusive[i]++;
      }
    }
  }

  void add(ThresholdCounts other, int times) {
    total += times * other.total;
    Counts.add(strict, other.strict, times);
    Counts.add(inclusive, other.inclusive, times);
  }

  long total() {
    return total;
  }

  /** The share below a threshold: strictly where pooled, inclusively in the reference. */
  public double share(int threshold, Convention convention) {
    long[] counts = convention == Convention.POOLED ? strict : inclusive;
    return (double) counts[threshold] / total;
  }
}
