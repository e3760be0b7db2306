package org.networkfission.prep.normals;

import org.networkfission.prep.frame.DepthMap;
import org.networkfission.prep.frame.Intrinsics;
import org.networkfission.prep.frame.LabelMap;
import org.networkfission.prep.normals.grid.FlatLabels;
import org.networkfission.prep.normals.reference.CovarianceNormals;
import org.networkfission.prep.normals.reference.HoleFilling;
import org.networkfission.prep.normals.reference.ReferenceFlattening;
import org.networkfission.prep.normals.reference.StepDistance;

/** The published program, step by step. One instance per thread; buffers are kept. */
final class ReferenceEstimator {
  private final NormalSettings settings;
  private final HoleFilling filling;
  private final CovarianceNormals covariance;
  private final ReferenceFlattening flattening;
  private float[] z = {};
  private float[] distance = {};
  private float[] points = {};

  ReferenceEstimator(NormalSettings settings) {
    this.settings = settings;
    filling = new HoleFilling(settings.inpaintRadius());
    covariance = new CovarianceNormals(settings.smoothing());
    flattening =
        new ReferenceFlattening(new FlatLabels(settings.flatLabels()), settings.planarThreshold());
  }

  void estimate(DepthMap depth, LabelMap labels, Intrinsics k, float[] normals) {
    estimateRaw(depth, k, normals);
    if (!settings.flatLabels().isEmpty()) {
      flattening.flatten(normals, labels.ids(), depth.width(), depth.height());
    }
  }

  /** Everything but the flattening. */
  void estimateRaw(DepthMap depth, Intrinsics k, float[] normals) {
    int width = depth.width();
    int height = depth.height();
    int pixels = width * height;
    if (z.length < pixels) {
      z = new float[pixels];
      distance = new float[pixels];
      points = new float[3 * pixels];
    }
    for (int p = 0; p < pixels; p++) {
      z[p] = depth.millimetres()[p] * 0.001f;
    }
    filling.fill(z, width, height);
    StepDistance.compute(z, width, height, (float) settings.maxDepthChange(), distance);
    project(width, height, k);
    covariance.compute(points, distance, width, height, normals);
  }

  /** Depth in metres after {@link #estimateRaw}, holes filled. */
  float[] filled() {
    return z;
  }

  /** Distance from depth steps after {@link #estimateRaw}. */
  float[] distance() {
    return distance;
  }

  private void project(int width, int height, Intrinsics k) {
    float fx = (float) k.fx();
    float fy = (float) k.fy();
    float cx = (float) k.cx();
    float cy = (float) k.cy();
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int p = y * width + x;
        points[3 * p] = (x - cx) * z[p] / fx;
        points[3 * p + 1] = (cy - y) * z[p] / fy;
        points[3 * p + 2] = z[p];
      }
    }
  }
}
