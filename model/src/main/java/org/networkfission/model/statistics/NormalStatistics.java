package org.networkfission.model.statistics;

import java.util.List;
import org.networkfission.prep.frame.DepthMap;
import org.networkfission.prep.frame.NormalMap;

/**
 * The angles between predicted and true normals (supplement Eq. 2). A pixel is valid where the
 * truth has both a normal and a depth.
 */
public final class NormalStatistics implements Statistics<NormalStatistics> {
  private static final long serialVersionUID = 1;

  /** The thresholds in degrees. */
  public static final List<Double> THRESHOLDS = List.of(11.25, 22.5, 30.0);

  /** Within this angle, in degrees, a pixel counts as right in the accuracy by distance. */
  private static final double RIGHT_WITHIN = 30;

  private static final double BIN_DEGREES = 0.1;
  private static final int BINS = 1801;

  private final ThresholdCounts below = new ThresholdCounts(THRESHOLDS);
  private final Histogram angles = new Histogram(BIN_DEGREES, BINS);
  private final ExactSum sum = new ExactSum();
  private final DistanceCounts byDistance = new DistanceCounts();

  /** Compares a prediction, of any length per vector, with the truth. */
  public static NormalStatistics of(NormalMap truth, NormalMap predicted, DepthMap depth) {
    Require.sameSize("depth", truth.width(), truth.height(), depth.width(), depth.height());
    return of(truth, predicted, depth.millimetres(), false);
  }

  /** The same of an image of which no depth is known: a pixel is valid where it has a normal. */
  public static NormalStatistics of(NormalMap truth, NormalMap predicted) {
    return of(truth, predicted, new float[truth.width() * truth.height()], true);
  }

  private static NormalStatistics of(
      NormalMap truth, NormalMap predicted, float[] millimetres, boolean anyDepth) {
    Require.sameSize(
        "normals", truth.width(), truth.height(), predicted.width(), predicted.height());
    Require.finite("normals", predicted.xyz());
    NormalStatistics statistics = new NormalStatistics();
    double sum = 0;
    for (int i = 0; i < millimetres.length; i++) {
      if ((anyDepth || millimetres[i] > 0) && hasNormal(truth.xyz(), 3 * i)) {
        double angle = degrees(truth.xyz(), predicted.xyz(), 3 * i);
        statistics.below.count(angle);
        statistics.angles.count(angle);
        statistics.byDistance.count(millimetres[i], angle < RIGHT_WITHIN);
        sum += angle;
      }
    }
    statistics.sum.add(sum);
    return statistics;
  }

  /** Whether the vector that begins at an index is not (0, 0, 0). */
  public static boolean hasNormal(float[] xyz, int at) {
    return xyz[at] != 0 || xyz[at + 1] != 0 || xyz[at + 2] != 0;
  }

  /** The angle between two vectors, 0 to 180; 90 where one of them has no length. */
  public static double degrees(float[] a, float[] b, int at) {
    double dot = 0;
    double aa = 0;
    double bb = 0;
    for (int c = at; c < at + 3; c++) {
      dot += (double) a[c] * b[c];
      aa += (double) a[c] * a[c];
      bb += (double) b[c] * b[c];
    }
    double lengths = Math.sqrt(aa * bb);
    double cosine = lengths == 0 ? 0 : Math.max(-1, Math.min(1, dot / lengths));
    return Math.toDegrees(StrictMath.acos(cosine));
  }

  @Override
  public void add(NormalStatistics other, int times) {
    below.add(other.below, times);
    angles.add(other.angles, times);
    sum.add(other.sum, times);
    byDistance.add(other.byDistance, times);
  }

  @Override
  public NormalStatistics empty() {
    return new NormalStatistics();
  }

  @Override
  public long pixels() {
    return below.total();
  }

  /** How many angles lie below each threshold. */
  public ThresholdCounts below() {
    return below;
  }

  /** The sum of all angles, in degrees. */
  public double sum() {
    return sum.value();
  }

  /** How often each angle occurs, in bins of 0.1 degrees. */
  public Histogram angles() {
    return angles;
  }

  /** Pixels below 30 degrees by distance. */
  public DistanceCounts byDistance() {
    return byDistance;
  }
}
