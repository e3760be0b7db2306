package org.networkfission.prep.normals.trial;

import org.networkfission.prep.frame.DepthMap;
import org.networkfission.prep.frame.NormalMap;

/**
 * How far normals lie off the truth, over the pixels where both are known.
 *
 * @param meanDegrees mean angle
 * @param within11 share of the angles below 11.25 degrees, 0 to 1
 * @param within30 share of the angles below 30 degrees
 * @param coverage share of the pixels with depth that have a normal
 */
public record Accuracy(double meanDegrees, double within11, double within30, double coverage) {
  private static final double NEAR = 11.25;
  private static final double FAR = 30;

  /** Measures normals of a depth map. */
  public static Accuracy of(NormalMap normals, NormalMap truth, DepthMap depth) {
    int pixels = truth.width() * truth.height();
    double sum = 0;
    int count = 0;
    int near = 0;
    int far = 0;
    int measured = 0;
    int covered = 0;
    for (int p = 0; p < pixels; p++) {
      boolean valid = isValid(normals.xyz(), p);
      if (depth.millimetres()[p] > 0) {
        measured++;
        covered += valid ? 1 : 0;
      }
      if (valid && isValid(truth.xyz(), p)) {
        double degrees = degrees(normals.xyz(), truth.xyz(), p);
        sum += degrees;
        near += degrees < NEAR ? 1 : 0;
        far += degrees < FAR ? 1 : 0;
        count++;
      }
    }
    return new Accuracy(
        sum / count, (double) near / count, (double) far / count, (double) covered / measured);
  }

  /** Whether a pixel has a normal. */
  public static boolean isValid(float[] xyz, int p) {
    return xyz[3 * p] != 0 || xyz[3 * p + 1] != 0 || xyz[3 * p + 2] != 0;
  }

  /** The angle between two images' normals of a pixel in degrees, whatever their lengths. */
  public static double degrees(float[] a, float[] b, int p) {
    double ax = a[3 * p];
    double ay = a[3 * p + 1];
    double az = a[3 * p + 2];
    double bx = b[3 * p];
    double by = b[3 * p + 1];
    double bz = b[3 * p + 2];
    double cx = ay * bz - az * by;
    double cy = az * bx - ax * bz;
    double cz = ax * by - ay * bx;
    return Math.toDegrees(
        Math.atan2(Math.sqrt(cx * cx + cy * cy + cz * cz), ax * bx + ay * by + az * bz));
  }
}
