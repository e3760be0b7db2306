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

  /** From this angle on, in degrees, between the pixels on both sides of it a pixel is an edge. */
  private static final double EDGE = 30;

  private static final double BIN_DEGREES = 0.1;
  private static final int BINS = 1801;

  private final ThresholdCounts below = new ThresholdCounts(THRESHOLDS);
  private final Histogram angles = new Histogram(BIN_DEGREES, BINS);
  private final ExactSum sum = new ExactSum();
  private final DistanceCounts byDistance = new DistanceCounts();
  private final BoundaryCounts edges = new BoundaryCounts(2);

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
    boolean[] valid = new boolean[millimetres.length];
    double sum = 0;
    for (int i = 0; i < millimetres.length; i++) {
      valid[i] = (anyDepth || millimetres[i] > 0) && hasNormal(truth.xyz(), 3 * i);
      if (valid[i]) {
        double angle = degrees(truth.xyz(), predicted.xyz(), 3 * i);
        statistics.below.count(angle);
        statistics.angles.count(angle);
        statistics.byDistance.count(millimetres[i], angle < RIGHT_WITHIN);
        sum += angle;
      }
    }
    statistics.sum.add(sum);
    statistics.edges.count(
        edges(truth, valid), edges(predicted, valid), truth.width(), truth.height());
    return statistics;
  }

  /**
   * 1 where the normals left and right of a pixel, or above and below it, differ by 30 degrees and
   * more, else 0; pixels that are not valid make no edges.
   */
  private static int[] edges(NormalMap normals, boolean[] valid) {
    int width = normals.width();
    int[] edges = new int[valid.length];
    for (int i = 0; i < valid.length; i++) {
      int x = i % width;
      boolean edge =
          (x > 0 && x < width - 1 && differ(normals.xyz(), valid, i - 1, i + 1))
              || (i >= width
                  && i < valid.length - width
                  && differ(normals.xyz(), valid, i - width, i + width));
      edges[i] = edge ? 1 : 0;
    }
    return edges;
  }

  private static boolean differ(float[] xyz, boolean[] valid, int a, int b) {
    return valid[a] && valid[b] && degrees(xyz, 3 * a, xyz, 3 * b) >= EDGE;
  }

  /** Whether the vector that begins at an index is not (0, 0, 0). */
  public static boolean hasNormal(float[] xyz, int at) {
    return xyz[at] != 0 || xyz[at + 1] != 0 || xyz[at + 2] != 0;
  }

  /** The angle between two vectors, 0 to 180; 90 where one of them has no length. */
  public static double degrees(float[] a, float[] b, int at) {
    return degrees(a, at, b, at);
  }

  private static double degrees(float[] a, int atA, float[] b, int atB) {
    double dot = 0;
    double aa = 0;
    double bb = 0;
    for (int c = 0; c < 3; c++) {
      dot += (double) a[atA + c] * b[atB + c];
      aa += (double) a[atA + c] * a[atA + c];
      bb += (double) b[atB + c] * b[atB + c];
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
    edges.add(other.edges, times);
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

  /** How well edges between surfaces were found. */
  public BoundaryCounts edges() {
    return edges;
  }
}
