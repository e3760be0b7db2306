package org.networkfission.prep.normals.reference;

import java.util.Arrays;

/**
 * The published program's normals: the smallest eigenvector of the points' covariance in a square
 * window that shrinks towards depth steps, from integral images, with the program's single
 * precision where it matters. One instance per thread; buffers are kept.
 */
public final class CovarianceNormals {
  /** Sums of x, y, z, xx, xy, xz, yy, yz, zz, interleaved. */
  private static final int SUMS = 9;

  private static final float MIN_WINDOW = 2;

  private final int smoothing;
  private final SmallestEigenvector eigenvector = new SmallestEigenvector();
  private final float[] window = new float[SUMS];
  private double[] integral = {};

  public CovarianceNormals(int smoothing) {
    this.smoothing = smoothing;
  }

  /**
   * Computes normals.
   *
   * @param points height x width x 3 in metres
   * @param distance of each pixel from the nearest depth step
   * @param normals the result, height x width x 3
   */
  public void compute(float[] points, float[] distance, int width, int height, float[] normals) {
    Arrays.fill(normals, 0, width * height * 3, 0);
    if (width <= 2 * smoothing || height <= 2 * smoothing) {
      return;
    }
    integrate(points, width, height);
    for (int y = smoothing; y < height - smoothing; y++) {
      for (int x = smoothing; x < width - smoothing; x++) {
        int p = y * width + x;
        float size = Math.min(distance[p], smoothing);
        if (size > MIN_WINDOW) {
          fit(points, p, x, y, (int) size, width, normals);
        }
      }
    }
  }

  private void integrate(float[] points, int width, int height) {
    int row = (width + 1) * SUMS;
    if (integral.length < row * (height + 1)) {
      integral = new double[row * (height + 1)];
    }
    Arrays.fill(integral, 0, row, 0);
    for (int y = 0; y < height; y++) {
      int at = (y + 1) * row;
      Arrays.fill(integral, at, at + SUMS, 0);
      for (int x = 0; x < width; x++) {
        int p = (y * width + x) * 3;
        float px = points[p];
        float py = points[p + 1];
        float pz = points[p + 2];
        at += SUMS;
        add(at, row, 0, px);
        add(at, row, 1, py);
        add(at, row, 2, pz);
        add(at, row, 3, px * px);
        add(at, row, 4, px * py);
        add(at, row, 5, px * pz);
        add(at, row, 6, py * py);
        add(at, row, 7, py * pz);
        add(at, row, 8, pz * pz);
      }
    }
  }

  private void add(int at, int row, int sum, float value) {
    int i = at + sum;
    integral[i] = value + integral[i - row] + integral[i - SUMS] - integral[i - row - SUMS];
  }

  private void fit(float[] points, int p, int x, int y, int size, int width, float[] normals) {
    int row = (width + 1) * SUMS;
    int upper = (y - size / 2) * row + (x - size / 2) * SUMS;
    int lower = upper + size * row;
    for (int i = 0; i < SUMS; i++) {
      window[i] =
          (float)
              (integral[lower + size * SUMS + i]
                  - integral[lower + i]
                  - integral[upper + size * SUMS + i]
                  + integral[upper + i]);
    }
    float count = size * size;
    float sx = window[0];
    float sy = window[1];
    float sz = window[2];
    eigenvector.compute(
        window[3] - sx * sx / count,
        window[4] - sx * sy / count,
        window[5] - sx * sz / count,
        window[6] - sy * sy / count,
        window[7] - sy * sz / count,
        window[8] - sz * sz / count);
    if (Float.isNaN(eigenvector.x)) {
      return; // All points in one place.
    }
    float nx = eigenvector.x;
    float ny = eigenvector.y;
    float nz = eigenvector.z;
    float away = points[3 * p] * nx + points[3 * p + 1] * ny + points[3 * p + 2] * nz;
    float sign = -away < 0 ? -1 : 1;
    normals[3 * p] = sign * nx;
    normals[3 * p + 1] = sign * ny;
    normals[3 * p + 2] = sign * nz;
  }
}
