package org.networkfission.prep.normals.reference;

/**
 * The eigenvector of the smallest eigenvalue of a symmetric positive 3 x 3 matrix, in closed form
 * and single precision. One instance per thread.
 */
final class SmallestEigenvector {
  private static final float EPSILON = 1.19209290e-7f;

  float x;
  float y;
  float z;

  /** Computes the vector of the matrix with these entries into x, y and z. */
  void compute(float xx, float xy, float xz, float yy, float yz, float zz) {
    float scale =
        Math.max(
            Math.max(Math.max(Math.abs(xx), Math.abs(xy)), Math.max(Math.abs(xz), Math.abs(yy))),
            Math.max(Math.abs(yz), Math.abs(zz)));
    if (!(scale > Float.MIN_NORMAL)) {
      scale = 1;
    }
    float axx = xx / scale;
    float axy = xy / scale;
    float axz = xz / scale;
    float ayy = yy / scale;
    float ayz = yz / scale;
    float azz = zz / scale;
    float lambda = smallestRoot(axx, axy, axz, ayy, ayz, azz);
    longestCross(axx - lambda, axy, axz, ayy - lambda, ayz, azz - lambda);
  }

  private static float smallestRoot(float xx, float xy, float xz, float yy, float yz, float zz) {
    float c0 = xx * yy * zz + 2 * xy * xz * yz - xx * yz * yz - yy * xz * xz - zz * xy * xy;
    if (Math.abs(c0) < EPSILON) {
      return 0;
    }
    float c1 = xx * yy - xy * xy + xx * zz - xz * xz + yy * zz - yz * yz;
    float c2 = xx + yy + zz;
    float mean = c2 / 3;
    float a = Math.min((c1 - c2 * mean) / 3, 0);
    float halfB = 0.5f * (c0 + mean * (2 * mean * mean - c1));
    float q = Math.min(halfB * halfB + a * a * a, 0);
    float rho = (float) Math.sqrt(-a);
    double theta = Math.atan2(Math.sqrt(-q), halfB) / 3;
    float cos = (float) Math.cos(theta);
    float sin = (float) Math.sin(theta) * (float) Math.sqrt(3);
    float root =
        Math.min(
            mean + 2 * rho * cos, Math.min(mean - rho * (cos + sin), mean - rho * (cos - sin)));
    return Math.max(root, 0);
  }

  private void longestCross(float xx, float xy, float xz, float yy, float yz, float zz) {
    float ax = xy * yz - xz * yy;
    float ay = xz * xy - xx * yz;
    float az = xx * yy - xy * xy;
    float bx = xy * zz - xz * yz;
    float by = xz * xz - xx * zz;
    float bz = xx * yz - xy * xz;
    float cx = yy * zz - yz * yz;
    float cy = yz * xz - xy * zz;
    float cz = xy * yz - yy * xz;
    float a = ax * ax + ay * ay + az * az;
    float b = bx * bx + by * by + bz * bz;
    float c = cx * cx + cy * cy + cz * cz;
    if (a >= b && a >= c) {
      set(ax, ay, az, a);
    } else if (b >= c) {
      set(bx, by, bz, b);
    } else {
      set(cx, cy, cz, c);
    }
  }

  private void set(float vx, float vy, float vz, float square) {
    float length = (float) Math.sqrt(square);
    x = vx / length;
    y = vy / length;
    z = vz / length;
  }
}
