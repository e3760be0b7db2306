package org.networkfission.prep.normals.accurate;

import org.networkfission.prep.frame.Intrinsics;

/**
 * A plane per pixel: slopes and level of inverse depth. A pixel without a plane has slopes of NaN.
 */
public final class PlaneField {
  private final int width;
  private final int height;
  private final float[] columns;
  private final float[] nx;
  private final float[] ny;
  private final float[] nz;

  /** Slope of inverse depth per column, in 1/m. */
  final float[][] slopeU;

  /** Slope of inverse depth per row. */
  final float[][] slopeV;

  /** The plane's inverse depth at the pixel. */
  final float[][] level;

  PlaneField(int width, int height) {
    this.width = width;
    this.height = height;
    slopeU = new float[height][width];
    slopeV = new float[height][width];
    level = new float[height][width];
    columns = new float[width];
    nx = new float[width];
    ny = new float[width];
    nz = new float[width];
  }

  int width() {
    return width;
  }

  int height() {
    return height;
  }

  boolean has(int x, int y) {
    return !Float.isNaN(slopeU[y][x]);
  }

  /** Inverse depth at a pixel of the plane that belongs to another. */
  float extended(int fromX, int fromY, int x, int y) {
    return level[fromY][fromX]
        + slopeU[fromY][fromX] * (x - fromX)
        + slopeV[fromY][fromX] * (y - fromY);
  }

  void set(int x, int y, float u, float v, float w) {
    slopeU[y][x] = u;
    slopeV[y][x] = v;
    level[y][x] = w;
  }

  void remove(int x, int y) {
    slopeU[y][x] = Float.NaN;
  }

  /**
   * Writes the planes' unit normals, facing the camera.
   *
   * @param xyz the result, height x width x 3; (0, 0, 0) where there is no plane
   */
  public void writeNormals(Intrinsics k, float[] xyz) {
    float fx = (float) k.fx();
    float fy = (float) k.fy();
    float cx = (float) k.cx();
    for (int x = 0; x < width; x++) {
      columns[x] = x - cx; // Once: a loop that makes floats of integers gets no vectors.
    }
    for (int y = 0; y < height; y++) {
      float dy = (float) (y - k.cy());
      float[] u = slopeU[y];
      float[] v = slopeV[y];
      float[] w = level[y];
      // The plane n p = 1 has 1/z = n (rx, ry, 1), so n follows from slopes and level.
      for (int x = 0; x < width; x++) {
        float ax = -u[x] * fx;
        float ay = v[x] * fy;
        float az = u[x] * columns[x] + v[x] * dy - w[x];
        float scale = 1 / (float) Math.sqrt(ax * ax + ay * ay + az * az);
        nx[x] = ax * scale;
        ny[x] = ay * scale;
        nz[x] = az * scale;
      }
      int row = 3 * y * width;
      for (int x = 0; x < width; x++) {
        int at = row + 3 * x;
        // NaN where there is no plane.
        if (Math.abs(nx[x]) + Math.abs(ny[x]) + Math.abs(nz[x]) < 2) {
          xyz[at] = nx[x];
          xyz[at + 1] = ny[x];
          xyz[at + 2] = nz[x];
        } else {
          xyz[at] = 0;
          xyz[at + 1] = 0;
          xyz[at + 2] = 0;
        }
      }
    }
  }
}
