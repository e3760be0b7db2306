package org.networkfission.prep.raster;

/** Floating-point numbers of 16 bits (IEEE 754-2008 binary16). */
final class Half {
  private static final int MANTISSA = 10;
  private static final int LARGEST_EXPONENT = 31;
  private static final int BIAS = 15;

  private Half() {}

  static float value(short bits) {
    int exponent = bits >> MANTISSA & LARGEST_EXPONENT;
    int mantissa = bits & (1 << MANTISSA) - 1;
    float magnitude;
    if (exponent == LARGEST_EXPONENT) {
      magnitude = mantissa == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
    } else if (exponent == 0) {
      magnitude = Math.scalb((float) mantissa, 1 - BIAS - MANTISSA);
    } else {
      magnitude = Math.scalb((float) (mantissa | 1 << MANTISSA), exponent - BIAS - MANTISSA);
    }
    return bits < 0 ? -magnitude : magnitude;
  }
}
