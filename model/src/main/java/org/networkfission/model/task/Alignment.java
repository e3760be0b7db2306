package org.networkfission.model.task;

import org.networkfission.model.statistics.DepthStatistics;
import org.networkfission.model.statistics.Require;
import org.networkfission.prep.frame.DepthMap;

/**
 * Judges depth up to scale and shift: fits predicted disparity (1/z) to the truth's by least
 * squares over the valid pixels of one image. What a network for relative depth can be asked for.
 */
public final class Alignment {
  /** Aligned depth ends here, in mm: disparities at or below 0 would lie beyond infinity. */
  private static final double FARTHEST = 100_000;

  /** What a reader of figures after it must know. */
  static final String EXPLANATION =
      "Each frame’s predicted disparity is scaled and shifted to fit the truth best.";

  private Alignment() {}

  /**
   * Predicted depth, scaled and shifted in disparity to fit the truth best.
   *
   * @return depth in mm
   */
  public static DepthMap fit(DepthMap truth, DepthMap predicted) {
    Require.sameSize("depth", truth.width(), truth.height(), predicted.width(), predicted.height());
    Require.finite("depth", predicted.millimetres());
    double[] disparity = new double[predicted.millimetres().length];
    for (int i = 0; i < disparity.length; i++) {
      disparity[i] = 1 / Math.max(DepthStatistics.NEAREST, (double) predicted.millimetres()[i]);
    }
    return fit(truth, disparity);
  }

  /**
   * Predicted disparity as depth, scaled and shifted to fit the truth best.
   *
   * @return depth in mm
   */
  public static DepthMap fit(DepthMap truth, DisparityMap predicted) {
    Require.sameSize(
        "disparity", truth.width(), truth.height(), predicted.width(), predicted.height());
    Require.finite("disparity", predicted.values());
    double[] disparity = new double[predicted.values().length];
    for (int i = 0; i < disparity.length; i++) {
      disparity[i] = predicted.values()[i];
    }
    return fit(truth, disparity);
  }

  private static DepthMap fit(DepthMap truth, double[] disparity) {
    double n = 0;
    double p = 0;
    double t = 0;
    double pp = 0;
    double pt = 0;
    for (int i = 0; i < truth.millimetres().length; i++) {
      if (truth.millimetres()[i] > 0) {
        double x = disparity[i];
        double y = 1 / (double) truth.millimetres()[i];
        n++;
        p += x;
        t += y;
        pp += x * x;
        pt += x * y;
      }
    }
    double variance = n * pp - p * p;
    // A constant prediction has no scale to fit: its shift alone takes it to the mean.
    double scale = variance > 1e-12 * n * pp ? (n * pt - p * t) / variance : 0;
    double shift = n == 0 ? 0 : (t - scale * p) / n;
    float[] aligned = new float[disparity.length];
    for (int i = 0; i < aligned.length; i++) {
      aligned[i] = (float) (1 / Math.max(scale * disparity[i] + shift, 1 / FARTHEST));
    }
    return new DepthMap(truth.width(), truth.height(), aligned);
  }
}
