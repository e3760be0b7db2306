package org.networkfission.prep.sample.geometry;

/** The view out of a window: sky with clouds above trees and a lawn. */
final class Sky {
  private Sky() {}

  static Rgb at(double dx, double dy, double dz, Rgb sky, Rgb ground, int seed) {
    double flat = Math.sqrt(dx * dx + dz * dz) + 1e-9;
    double elevation = dy / flat;
    double bearing = StrictMath.atan2(dx, dz) * 4;
    double trees = 0.02 + 0.16 * Noise.rough(bearing * 2.5, 0, seed);
    if (elevation < -0.02) {
      double far = Math.min(1, 0.03 / -elevation);
      return ground
          .times(0.8 + 0.4 * Noise.rough(bearing * 3, elevation * 20, seed))
          .mix(sky, 0.3 * far);
    }
    if (elevation < trees) {
      return ground.times(0.2 + 0.35 * Noise.rough(bearing * 12, elevation * 40, seed + 1));
    }
    double cloud = Math.max(0, Noise.rough(bearing * 0.8, elevation * 5, seed + 2) - 0.5) * 2;
    return sky.mix(new Rgb(1, 1, 1), Math.min(1, 0.25 + cloud + 0.4 / (1 + 8 * elevation)));
  }
}
