package org.networkfission.prep.normals;

import org.networkfission.prep.frame.DepthMap;
import org.networkfission.prep.frame.Intrinsics;
import org.networkfission.prep.frame.LabelMap;
import org.networkfission.prep.frame.NormalMap;

/**
 * Computes surface normals of depth maps, one after the other. Keeps its buffers between frames of
 * one size, so use one instance per thread.
 */
public final class NormalEstimator {
  private final NormalSettings settings;
  private final ReferenceEstimator reference;
  private final AccurateEstimator accurate;
  private float[] shared = {};

  public NormalEstimator(NormalSettings settings) {
    this.settings = settings;
    boolean asPublished = settings.mode() == NormalMode.REFERENCE;
    reference = asPublished ? new ReferenceEstimator(settings) : null;
    accurate = asPublished ? null : new AccurateEstimator(settings);
  }

  public NormalSettings settings() {
    return settings;
  }

  /**
   * Computes the normals of a frame.
   *
   * @param depth z-depth in mm, 0 = not measured
   * @param labels of the same size, in the terms of {@link NormalSettings#flatLabels()}
   * @param k the camera of both
   * @return unit normals facing the camera; (0, 0, 0) where there is none, in an image without any
   *     depth everywhere. In reference mode those of flattened surfaces are shorter than 1.
   * @throws IllegalArgumentException if sizes differ, the image is smaller than the window, depth
   *     is not finite or negative, or the principal point lies outside the image
   */
  public NormalMap estimate(DepthMap depth, LabelMap labels, Intrinsics k) {
    float[] xyz = new float[3 * depth.width() * depth.height()];
    estimate(depth, labels, k, xyz);
    return new NormalMap(depth.width(), depth.height(), xyz);
  }

  /** Computes the normals of a frame, as {@link #estimate}; the next call overwrites them. */
  public NormalMap estimateShared(DepthMap depth, LabelMap labels, Intrinsics k) {
    int values = 3 * depth.width() * depth.height();
    if (shared.length != values) {
      shared = new float[values];
    }
    estimate(depth, labels, k, shared);
    return new NormalMap(depth.width(), depth.height(), shared);
  }

  /**
   * Computes the normals of a frame into an array of the caller's; allocates nothing from the
   * second frame of a size on.
   *
   * @param xyz the result, height x width x 3
   * @throws IllegalArgumentException as {@link #estimate(DepthMap, LabelMap, Intrinsics)}, or if
   *     the array has another size
   */
  public void estimate(DepthMap depth, LabelMap labels, Intrinsics k, float[] xyz) {
    check(depth, labels, k, xyz);
    if (reference != null) {
      reference.estimate(depth, labels, k, xyz);
    } else {
      accurate.estimate(depth, labels, k, xyz);
    }
  }

  private void check(DepthMap depth, LabelMap labels, Intrinsics k, float[] xyz) {
    int width = depth.width();
    int height = depth.height();
    if (labels.width() != width || labels.height() != height) {
      throw new IllegalArgumentException(
          "Cannot compute normals: depth is %d x %d, labels are %d x %d"
              .formatted(width, height, labels.width(), labels.height()));
    }
    if (Math.min(width, height) < settings.smoothing()) {
      throw new IllegalArgumentException(
          "Cannot compute normals: the image of %d x %d pixels is smaller than the smoothing window of %d"
              .formatted(width, height, settings.smoothing()));
    }
    if (xyz.length != 3 * width * height) {
      throw new IllegalArgumentException(
          "Cannot compute normals of %d x %d pixels into an array of %d values"
              .formatted(width, height, xyz.length));
    }
    k.requireSquarePixels();
    k.requireFits(width, height);
    float[] values = depth.millimetres();
    for (int p = 0; p < values.length; p++) {
      if (!(values[p] >= 0 && values[p] < Float.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            "Cannot compute normals: depth at column %d, row %d is %s mm"
                .formatted(p % width, p / width, values[p]));
      }
    }
  }
}
