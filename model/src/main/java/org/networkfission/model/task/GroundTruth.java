package org.networkfission.model.task;

import java.util.EnumSet;
import java.util.Set;
import org.networkfission.model.statistics.NormalStatistics;
import org.networkfission.prep.frame.DepthMap;
import org.networkfission.prep.frame.LabelMap;
import org.networkfission.prep.frame.NormalMap;
import org.networkfission.prep.frame.TruthKind;

/**
 * What is known of one image at the size of the network's output: what the truth of every task is
 * taken from. What is not known at all is void everywhere.
 *
 * @param labels a class per pixel, 0 = void
 * @param normals a unit normal per pixel, (0, 0, 0) where there is none
 * @param metres z per pixel, row-major, 0 where nothing was measured: what a network learns
 * @param depth the same in the whole mm that shards hold: what predictions are scored by
 * @param known what the frame has truth of
 */
public record GroundTruth(
    LabelMap labels, NormalMap normals, float[] metres, DepthMap depth, Set<TruthKind> known) {
  private static final double MILLIMETRES_PER_METRE = 1000;

  /**
   * Checks that there is as much depth as there are labels.
   *
   * @throws IllegalArgumentException if the sizes differ
   */
  public GroundTruth {
    known = Set.copyOf(known);
    if (metres.length != labels.ids().length
        || normals.width() != labels.width()
        || normals.height() != labels.height()) {
      throw new IllegalArgumentException(
          "Cannot use %d x %d labels with %d x %d normals and %d depths: they differ in size"
              .formatted(
                  labels.width(),
                  labels.height(),
                  normals.width(),
                  normals.height(),
                  metres.length));
    }
  }

  /** Of depth in metres, where everything is known. */
  public static GroundTruth of(LabelMap labels, NormalMap normals, float[] metres) {
    return of(labels, normals, metres, EnumSet.allOf(TruthKind.class));
  }

  /**
   * Of depth in metres.
   *
   * @param known what the frame has truth of
   */
  public static GroundTruth of(
      LabelMap labels, NormalMap normals, float[] metres, Set<TruthKind> known) {
    float[] millimetres = new float[metres.length];
    for (int i = 0; i < metres.length; i++) {
      millimetres[i] = (float) Math.rint(metres[i] * MILLIMETRES_PER_METRE);
    }
    return new GroundTruth(
        labels, normals, metres, new DepthMap(labels.width(), labels.height(), millimetres), known);
  }

  /** Whether the frame has truth of a kind; there may still be pixels without. */
  public boolean knows(TruthKind truth) {
    return known.contains(truth);
  }

  /** Whether a pixel's normal counts: where depth is known, a hole in it has no normal. */
  boolean hasNormal(int pixel) {
    return (metres[pixel] > 0 || !knows(TruthKind.DEPTH))
        && NormalStatistics.hasNormal(normals.xyz(), 3 * pixel);
  }

  public int width() {
    return labels.width();
  }

  public int height() {
    return labels.height();
  }

  /** How many pixels there are. */
  public int pixels() {
    return metres.length;
  }
}
