package org.networkfission.model.evaluation;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.networkfission.model.metric.Metric;
import org.networkfission.model.statistics.Convention;
import org.networkfission.model.statistics.Statistics;

/**
 * Replicates of a split, for confidence intervals over frames. In each replicate a frame counts a
 * Poisson(1) number of times (the bootstrap for data that is seen once and in pieces). That number
 * is a function of the replicate and the frame's key: replicates add up exactly, and those of two
 * networks on the same frames are paired.
 *
 * @param <S> the statistics of the task
 */
public final class Bootstrap<S extends Statistics<S>> implements Serializable {
  private static final long serialVersionUID = 1;
  private static final long SEED = 0x6e66;
  private static final int MOST = 12;

  private final List<S> replicates = new ArrayList<>();

  Bootstrap(S empty, int count) {
    for (int i = 0; i < count; i++) {
      replicates.add(empty.empty());
    }
  }

  void add(String key, S frame) {
    SplittableRandom random = new SplittableRandom(KeyHash.of(key, SEED));
    for (S replicate : replicates) {
      int times = poisson(random.nextDouble());
      if (times > 0) {
        replicate.add(frame, times);
      }
    }
  }

  void add(Bootstrap<S> other) {
    for (int i = 0; i < replicates.size(); i++) {
      replicates.get(i).add(other.replicates.get(i), 1);
    }
  }

  /** The inverse of the Poisson(1) distribution. */
  static int poisson(double uniform) {
    double probability = Math.exp(-1);
    double cumulative = probability;
    int times = 0;
    while (uniform >= cumulative && times < MOST) {
      times++;
      probability /= times;
      cumulative += probability;
    }
    return times;
  }

  /** The pooled value of a metric in each replicate; NaN in one that holds nothing to judge. */
  public double[] values(Metric<S> metric) {
    return replicates.stream()
        .mapToDouble(r -> metric.value(r, Convention.POOLED).orElse(Double.NaN))
        .toArray();
  }

  /**
   * The interval that holds 95 % of some replicates' values; empty where there are none.
   *
   * @param values those that are NaN do not count
   */
  public static Optional<Interval> interval(double[] values) {
    double[] sorted = Arrays.stream(values).filter(v -> !Double.isNaN(v)).sorted().toArray();
    if (sorted.length == 0) {
      return Optional.empty();
    }
    double tail = (1 - Interval.CONFIDENCE) / 2;
    return Optional.of(new Interval(quantile(sorted, tail), quantile(sorted, 1 - tail)));
  }

  private static double quantile(double[] sorted, double share) {
    double position = share * (sorted.length - 1);
    int below = (int) position;
    int above = Math.min(sorted.length - 1, below + 1);
    return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
  }
}
