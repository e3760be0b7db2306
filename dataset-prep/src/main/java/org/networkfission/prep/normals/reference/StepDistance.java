package org.networkfission.prep.normals.reference;

import java.util.Arrays;

/**
 * The distance of each pixel from the nearest depth step, by the published program's chamfer metric
 * (1 straight, 1.4 diagonal).
 */
public final class StepDistance {
  private StepDistance() {}

  /**
   * Computes the distances.
   *
   * @param z depth in metres
   * @param change the factor of {@link NormalSettings#maxDepthChange()}
   * @param distance the result, in pixels
   */
  public static void compute(float[] z, int width, int height, float change, float[] distance) {
    Arrays.fill(distance, 0, width * height, width + height);
    markSteps(z, width, height, change, distance);
    // The program reads past the row's ends, where the neighbouring row's pixels lie; so do these.
    for (int y = 1; y < height; y++) {
      for (int x = 1; x < width; x++) {
        int p = y * width + x;
        float above =
            Math.min(
                Math.min(distance[p - width - 1] + 1.4f, distance[p - width] + 1),
                distance[p - width + 1] + 1.4f);
        distance[p] = Math.min(distance[p], Math.min(above, distance[p - 1] + 1));
      }
    }
    for (int y = height - 2; y >= 0; y--) {
      for (int x = width - 2; x >= 0; x--) {
        int p = y * width + x;
        float below =
            Math.min(
                Math.min(distance[p + width + 1] + 1.4f, distance[p + width] + 1),
                distance[p + width - 1] + 1.4f);
        distance[p] = Math.min(distance[p], Math.min(below, distance[p + 1] + 1));
      }
    }
  }

  private static void markSteps(float[] z, int width, int height, float change, float[] distance) {
    for (int y = 0; y < height - 1; y++) {
      for (int x = 0; x < width - 1; x++) {
        int p = y * width + x;
        float threshold = change * (Math.abs(z[p]) + 1) * 2;
        markStep(z, p, p + 1, threshold, distance);
        markStep(z, p, p + width, threshold, distance);
      }
    }
  }

  private static void markStep(float[] z, int p, int q, float threshold, float[] distance) {
    // Not the negation: a step to a value that is not finite counts too.
    if (!(Math.abs(z[p] - z[q]) <= threshold)) {
      distance[p] = 0;
      distance[q] = 0;
    }
  }
}
