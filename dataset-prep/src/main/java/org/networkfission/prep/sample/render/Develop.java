package org.networkfission.prep.sample.render;

import org.networkfission.prep.sample.geometry.Noise;

/** Turns light into the numbers of a photo: exposure, soft highlights, gamma and grain. */
final class Develop {
  private static final int STEPS = 4096;
  private static final double BRIGHTEST = 4;
  private static final double GRAIN = 1.6;

  /** 255 (1 - e^-1.6 x)^(1 / 2.2) for x up to the brightest. */
  private static final double[] TONE = new double[STEPS + 2];

  static {
    for (int i = 0; i < TONE.length; i++) {
      double x = BRIGHTEST * i / STEPS;
      TONE[i] = 255 * StrictMath.pow(1 - StrictMath.exp(-1.6 * x), 1 / 2.2);
    }
  }

  private final double exposure;
  private final int seed;

  Develop(double exposure, int seed) {
    this.exposure = exposure;
    this.seed = seed;
  }

  /** The value of a light, 0 to 255. */
  double tone(double light) {
    double at = Math.min(STEPS, light * exposure * (STEPS / BRIGHTEST));
    int i = (int) at;
    return TONE[i] + (TONE[i + 1] - TONE[i]) * (at - i);
  }

  /** Adds grain and writes a pixel. */
  void expose(int pixel, double r, double g, double b, byte[] rgb) {
    double common = grain(pixel, 1);
    rgb[3 * pixel] = round(r + common + 0.5 * grain(pixel, 2));
    rgb[3 * pixel + 1] = round(g + common + 0.4 * grain(pixel, 3));
    rgb[3 * pixel + 2] = round(b + common + 0.6 * grain(pixel, 4));
  }

  /** About normally distributed: the sum of three even ones. */
  private double grain(int pixel, int channel) {
    double sum =
        Noise.hash(pixel, channel, seed)
            + Noise.hash(pixel, channel + 10, seed)
            + Noise.hash(pixel, channel + 20, seed);
    return GRAIN * 2 * (sum - 1.5);
  }

  private static byte round(double value) {
    return (byte) Math.max(0, Math.min(255, Math.round(value)));
  }
}
