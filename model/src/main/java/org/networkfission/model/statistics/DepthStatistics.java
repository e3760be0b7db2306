package org.networkfission.model.statistics;

import java.util.List;
import org.networkfission.prep.frame.DepthMap;

/**
 * The errors of predicted depth (supplement Eq. 1 and what is usual beside it). A pixel is valid
 * where the truth has a depth. Predictions nearer than 1 mm, negative ones among them, count as 1
 * mm: every ratio and logarithm exists, and all of them are bad.
 */
public final class DepthStatistics implements Statistics<DepthStatistics> {
  private static final long serialVersionUID = 1;

  /** The thresholds of the ratio: 1.25, 1.25^2, 1.25^3. */
  public static final List<Double> THRESHOLDS = List.of(1.25, 1.25 * 1.25, 1.25 * 1.25 * 1.25);

  /** The nearest depth that a prediction counts as, in mm. */
  public static final float NEAREST = 1;

  private static final double MILLIMETRES = 1000;
  private static final double BIN_RATIO = 0.025;
  private static final int BINS = 81;

  // The errors that are summed up.
  public static final int SQUARED_METRES = 0;
  public static final int SQUARED_LOG = 1;
  public static final int RELATIVE = 2;
  public static final int ABSOLUTE_LOG = 3;
  public static final int RELATIVE_TO_PREDICTION = 4;
  private static final int ERRORS = 5;

  private final ThresholdCounts below = new ThresholdCounts(THRESHOLDS);
  private final Histogram ratios = new Histogram(BIN_RATIO, BINS);
  private final DistanceCounts byDistance = new DistanceCounts();
  private final ExactSum[] sums = new ExactSum[ERRORS];

  /** Statistics of no pixels. */
  public DepthStatistics() {
    for (int i = 0; i < sums.length; i++) {
      sums[i] = new ExactSum();
    }
  }

  /** Compares a prediction with the truth, both in mm. */
  public static DepthStatistics of(DepthMap truth, DepthMap predicted) {
    Require.sameSize("depth", truth.width(), truth.height(), predicted.width(), predicted.height());
    Require.finite("depth", predicted.millimetres());
    DepthStatistics statistics = new DepthStatistics();
    double[] sums = new double[ERRORS];
    for (int i = 0; i < truth.millimetres().length; i++) {
      if (truth.millimetres()[i] > 0) {
        statistics.count(truth.millimetres()[i], predicted.millimetres()[i], sums);
      }
    }
    for (int i = 0; i < sums.length; i++) {
      statistics.sums[i].add(sums[i]);
    }
    return statistics;
  }

  private void count(float truth, float prediction, double[] sums) {
    double z = Math.max(NEAREST, prediction);
    double ratio = ratio(truth, prediction);
    double metres = (z - truth) / MILLIMETRES;
    double log = StrictMath.log(ratio);
    below.count(ratio);
    ratios.count(ratio - 1);
    byDistance.count(truth, ratio < THRESHOLDS.get(0));
    sums[SQUARED_METRES] += metres * metres;
    sums[SQUARED_LOG] += log * log;
    sums[RELATIVE] += Math.abs(z - truth) / truth;
    sums[RELATIVE_TO_PREDICTION] += Math.abs(z - truth) / z;
    sums[ABSOLUTE_LOG] += log;
  }

  /** The larger of prediction over truth and truth over prediction, at least 1. */
  public static double ratio(float truth, float prediction) {
    double z = Math.max(NEAREST, prediction);
    return Math.max(z / truth, truth / z);
  }

  @Override
  public void add(DepthStatistics other, int times) {
    below.add(other.below, times);
    ratios.add(other.ratios, times);
    byDistance.add(other.byDistance, times);
    for (int i = 0; i < sums.length; i++) {
      sums[i].add(other.sums[i], times);
    }
  }

  @Override
  public DepthStatistics empty() {
    return new DepthStatistics();
  }

  @Override
  public long pixels() {
    return below.total();
  }

  /** How many ratios lie below each threshold. */
  public ThresholdCounts below() {
    return below;
  }

  /** The mean over pixels of an error. */
  public double mean(int error) {
    return sums[error].value() / pixels();
  }

  /** How often each ratio occurs, less 1, in bins of 0.025. */
  public Histogram ratios() {
    return ratios;
  }

  /** Pixels with a ratio below 1.25 by distance. */
  public DistanceCounts byDistance() {
    return byDistance;
  }
}
