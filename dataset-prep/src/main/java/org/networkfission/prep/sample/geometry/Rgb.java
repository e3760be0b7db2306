package org.networkfission.prep.sample.geometry;

/** A colour in linear light; 1 is white under unit irradiance. */
public record Rgb(double r, double g, double b) {
  private static final double[] LINEAR = new double[256];

  static {
    for (int i = 0; i < 256; i++) {
      LINEAR[i] = StrictMath.pow(i / 255.0, 2.2);
    }
  }

  /** From a colour as screens show it, 0xRRGGBB. */
  public static Rgb of(int color) {
    return new Rgb(LINEAR[(color >> 16) & 0xff], LINEAR[(color >> 8) & 0xff], LINEAR[color & 0xff]);
  }

  public Rgb times(double f) {
    return new Rgb(r * f, g * f, b * f);
  }

  public Rgb times(Rgb o) {
    return new Rgb(r * o.r, g * o.g, b * o.b);
  }

  public Rgb plus(Rgb o) {
    return new Rgb(r + o.r, g + o.g, b + o.b);
  }

  /** This colour at 0, the other at 1. */
  public Rgb mix(Rgb o, double t) {
    return new Rgb(r + (o.r - r) * t, g + (o.g - g) * t, b + (o.b - b) * t);
  }
}
