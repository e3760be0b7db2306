package org.networkfission.model.statistics;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.networkfission.prep.frame.DepthMap;
import org.networkfission.prep.frame.LabelMap;

/**
 * The confusion matrix of semantic labels. Pixels whose true class is void (0) are not judged; a
 * prediction of void where the truth knows better is wrong.
 */
public final class LabelStatistics implements Statistics<LabelStatistics> {
  private static final long serialVersionUID = 1;

  private final int classes;
  private final long[] confusion;
  private final DistanceCounts byDistance = new DistanceCounts();
  private final BoundaryCounts boundaries;

  /**
   * Statistics of no pixels.
   *
   * @param classes the number of classes, void included
   */
  public LabelStatistics(int classes) {
    this.classes = classes;
    confusion = new long[classes * classes];
    boundaries = new BoundaryCounts(classes);
  }

  /**
   * Compares a prediction with the truth.
   *
   * @param depth the true depth, for accuracy by distance
   * @throws IllegalArgumentException if sizes differ or a class is not below {@code classes}
   */
  public static LabelStatistics of(
      LabelMap truth, LabelMap predicted, DepthMap depth, int classes) {
    Require.sameSize(
        "labels", truth.width(), truth.height(), predicted.width(), predicted.height());
    Require.sameSize("depth", truth.width(), truth.height(), depth.width(), depth.height());
    LabelStatistics statistics = new LabelStatistics(classes);
    for (int i = 0; i < truth.ids().length; i++) {
      int t = Short.toUnsignedInt(truth.ids()[i]);
      int p = Short.toUnsignedInt(predicted.ids()[i]);
      if (t >= classes || p >= classes) {
        throw new IllegalArgumentException(
            "Cannot compare labels: class %d at column %d, row %d, there are %d classes"
                .formatted(Math.max(t, p), i % truth.width(), i / truth.width(), classes));
      }
      if (t != 0) {
        statistics.confusion[t * classes + p]++;
        statistics.byDistance.count(depth.millimetres()[i], t == p);
      }
    }
    statistics.boundaries.count(
        boundaries(truth, truth), boundaries(predicted, truth), truth.width(), truth.height());
    return statistics;
  }

  /**
   * The class of each pixel that has one of another class beside, above or below it, 0 elsewhere;
   * pixels whose true class is void neither are boundaries nor make any.
   */
  private static int[] boundaries(LabelMap of, LabelMap truth) {
    int width = of.width();
    short[] ids = of.ids();
    short[] judged = truth.ids();
    int[] kinds = new int[ids.length];
    for (int i = 0; i < ids.length; i++) {
      int x = i % width;
      boolean boundary =
          judged[i] != 0
              && ((x > 0 && differ(ids, judged, i, i - 1))
                  || (x < width - 1 && differ(ids, judged, i, i + 1))
                  || (i >= width && differ(ids, judged, i, i - width))
                  || (i < ids.length - width && differ(ids, judged, i, i + width)));
      kinds[i] = boundary ? Short.toUnsignedInt(ids[i]) : 0;
    }
    return kinds;
  }

  private static boolean differ(short[] ids, short[] judged, int at, int neighbour) {
    return judged[neighbour] != 0 && ids[at] != ids[neighbour];
  }

  @Override
  public void add(LabelStatistics other, int times) {
    Counts.add(confusion, other.confusion, times);
    byDistance.add(other.byDistance, times);
    boundaries.add(other.boundaries, times);
  }

  @Override
  public LabelStatistics empty() {
    return new LabelStatistics(classes);
  }

  @Override
  public long pixels() {
    return Counts.sum(confusion);
  }

  /** The number of classes, void included. */
  public int classes() {
    return classes;
  }

  /** How many pixels of true class {@code truth} were predicted as {@code predicted}. */
  public long confusion(int truth, int predicted) {
    return confusion[truth * classes + predicted];
  }

  /** How many pixels are of a true class. */
  public long pixelsOf(int truth) {
    long sum = 0;
    for (int p = 0; p < classes; p++) {
      sum += confusion(truth, p);
    }
    return sum;
  }

  /** How many judged pixels were predicted as a class. */
  public long predictedAs(int predicted) {
    long sum = 0;
    for (int t = 1; t < classes; t++) {
      sum += confusion(t, predicted);
    }
    return sum;
  }

  /** The classes that the truth shows, void left out: those that means are over. */
  public List<Integer> present() {
    List<Integer> present = new ArrayList<>();
    for (int c = 1; c < classes; c++) {
      if (pixelsOf(c) > 0) {
        present.add(c);
      }
    }
    return present;
  }

  /** Intersection over union of a class, 0 to 1; empty where the truth does not show it. */
  public OptionalDouble iou(int c) {
    long truth = pixelsOf(c);
    return c == 0 || truth == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of((double) confusion(c, c) / (truth + predictedAs(c) - confusion(c, c)));
  }

  /** Share of a class's pixels that were found, 0 to 1; empty where the truth does not show it. */
  public OptionalDouble accuracy(int c) {
    long truth = pixelsOf(c);
    return c == 0 || truth == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of((double) confusion(c, c) / truth);
  }

  /** Pixels of the right class by distance. */
  public DistanceCounts byDistance() {
    return byDistance;
  }

  /** How well boundaries between classes were found, class by class. */
  public BoundaryCounts boundaries() {
    return boundaries;
  }
}
