package org.networkfission.prep.sample.geometry;

/** Hashes of whole numbers, and smooth noise over the plane. All results lie in 0 to 1. */
public final class Noise {
  private Noise() {}

  /** A number that seems random for each argument. */
  public static double hash(int x, int y, int seed) {
    int h = x * 0x27d4eb2d ^ y * 0x165667b1 ^ seed * 0x9e3779b1;
    h = (h ^ (h >>> 15)) * 0x2c1b3c6d;
    h = (h ^ (h >>> 12)) * 0x297a2d39;
    h ^= h >>> 15;
    return (h >>> 8) / (double) (1 << 24);
  }

  /** Noise that changes smoothly over a distance of about 1. */
  static double smooth(double x, double y, int seed) {
    int x0 = (int) Math.floor(x);
    int y0 = (int) Math.floor(y);
    double fx = x - x0;
    double fy = y - y0;
    fx = fx * fx * (3 - 2 * fx);
    fy = fy * fy * (3 - 2 * fy);
    double a = hash(x0, y0, seed);
    double b = hash(x0 + 1, y0, seed);
    double c = hash(x0, y0 + 1, seed);
    double d = hash(x0 + 1, y0 + 1, seed);
    return a + (b - a) * fx + (c - a + (a - b - c + d) * fx) * fy;
  }

  /** Noise of three scales. */
  static double rough(double x, double y, int seed) {
    return 0.55 * smooth(x, y, seed)
        + 0.3 * smooth(2.1 * x, 2.1 * y, seed + 1)
        + 0.15 * smooth(4.3 * x, 4.3 * y, seed + 2);
  }
}
