package org.networkfission.prep.normals;

/** Angles between the vectors of two images (height x width x 3). */
final class Angles {
  private Angles() {}

  static boolean isValid(float[] normals, int p) {
    return normals[3 * p] != 0 || normals[3 * p + 1] != 0 || normals[3 * p + 2] != 0;
  }

  /** The angle at a pixel in degrees, exact for small angles too. */
  static double between(float[] a, float[] b, int p) {
    return between(a, p, b, p);
  }

  /** The angle between pixel p of one image and pixel q of another, in degrees. */
  static double between(float[] a, int p, float[] b, int q) {
    double ax = a[3 * p];
    double ay = a[3 * p + 1];
    double az = a[3 * p + 2];
    double bx = b[3 * q];
    double by = b[3 * q + 1];
    double bz = b[3 * q + 2];
    double cx = ay * bz - az * by;
    double cy = az * bx - ax * bz;
    double cz = ax * by - ay * bx;
    double cross = Math.sqrt(cx * cx + cy * cy + cz * cz);
    return Math.toDegrees(Math.atan2(cross, ax * bx + ay * by + az * bz));
  }
}
