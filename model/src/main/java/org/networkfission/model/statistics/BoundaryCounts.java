package org.networkfission.model.statistics;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * How well predicted boundaries lie on true ones (Csurka et al. 2013, "What is a good evaluation
 * measure for semantic segmentation?"). A boundary pixel is found where the other image has a
 * boundary pixel of the same kind within 0.75 % of the image's diagonal, the authors' tolerance,
 * from centre to centre. Precision is the share of predicted boundary pixels that are found, recall
 * that of true ones.
 */
public final class BoundaryCounts implements Serializable {
  private static final long serialVersionUID = 1;

  /** The tolerance is the root of 9 / 160000, 0.0075, times the diagonal. */
  private static final long TOLERANCE_NUMERATOR = 9;

  private static final long TOLERANCE_DENOMINATOR = 160_000;

  private final long[] predicted;
  private final long[] predictedFound;
  private final long[] truth;
  private final long[] truthFound;

  private record Offset(int x, int y) {}

  /**
   * Counts of no pixels.
   *
   * @param kinds the number of kinds of boundaries, of which 0 is none
   */
  BoundaryCounts(int kinds) {
    predicted = new long[kinds];
    predictedFound = new long[kinds];
    truth = new long[kinds];
    truthFound = new long[kinds];
  }

  /**
   * Counts an image.
   *
   * @param trueKinds the kind of boundary that each pixel is of, 0 for none
   * @param predictedKinds the same of the prediction
   */
  void count(int[] trueKinds, int[] predictedKinds, int width, int height) {
    List<Offset> near = near(width, height);
    count(predictedKinds, trueKinds, width, near, predicted, predictedFound);
    count(trueKinds, predictedKinds, width, near, truth, truthFound);
  }

  private static void count(
      int[] of, int[] in, int width, List<Offset> near, long[] all, long[] found) {
    for (int i = 0; i < of.length; i++) {
      if (of[i] != 0) {
        all[of[i]]++;
        found[of[i]] += isNear(of[i], in, i % width, i / width, width, near) ? 1 : 0;
      }
    }
  }

  private static boolean isNear(
      int kind, int[] in, int column, int row, int width, List<Offset> near) {
    for (Offset offset : near) {
      int x = column + offset.x();
      int at = (row + offset.y()) * width + x;
      if (x >= 0 && x < width && at >= 0 && at < in.length && in[at] == kind) {
        return true;
      }
    }
    return false;
  }

  /** What lies within the tolerance, the nearest first, which most searches end with. */
  private static List<Offset> near(int width, int height) {
    long most = TOLERANCE_NUMERATOR * ((long) width * width + (long) height * height);
    int reach = (int) Math.sqrt((double) most / TOLERANCE_DENOMINATOR);
    List<Offset> near = new ArrayList<>();
    for (int y = -reach; y <= reach; y++) {
      for (int x = -reach; x <= reach; x++) {
        if ((x * x + y * y) * TOLERANCE_DENOMINATOR <= most) {
          near.add(new Offset(x, y));
        }
      }
    }
    near.sort(Comparator.comparingInt(o -> o.x() * o.x() + o.y() * o.y()));
    return near;
  }

  void add(BoundaryCounts other, int times) {
    Counts.add(predicted, other.predicted, times);
    Counts.add(predictedFound, other.predictedFound, times);
    Counts.add(truth, other.truth, times);
    Counts.add(truthFound, other.truthFound, times);
  }

  /**
   * The mean over the kinds that the truth shows of the harmonic mean of precision and recall, 0 to
   * 1. Where the truth shows none, it is 1 if the prediction shows none either, else 0.
   */
  public double f1() {
    double sum = 0;
    int shown = 0;
    for (int kind = 1; kind < truth.length; kind++) {
      if (truth[kind] > 0) {
        sum += f1(kind);
        shown++;
      }
    }
    return shown > 0 ? sum / shown : Counts.sum(predicted) == 0 ? 1 : 0;
  }

  private double f1(int kind) {
    if (predictedFound[kind] == 0 || truthFound[kind] == 0) {
      return 0;
    }
    double precision = (double) predictedFound[kind] / predicted[kind];
    double recall = (double) truthFound[kind] / truth[kind];
    return 2 * precision * recall / (precision + recall);
  }
}
