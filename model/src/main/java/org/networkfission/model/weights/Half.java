package org.networkfission.model.weights;

/** IEEE 754 binary16 numbers, which Java 17 knows nothing of. */
public final class Half {
  /** The largest finite number. */
  public static final float LARGEST = 65_504;

  private static final float SMALLEST = 0x1p-24f;
  private static final int SMALLEST_NORMAL_EXPONENT = -14;
  private static final int MANTISSA_BITS = 10;
  private static final int BIAS = 15;

  private Half() {}

  /**
   * The nearest half, ties to even.
   *
   * @param value at most {@link #LARGEST} in size
   * @throws IllegalArgumentException if it is larger, or no number
   */
  public static short of(float value) {
    if (!(Math.abs(value) <= LARGEST)) {
      throw new IllegalArgumentException(
          "Cannot round %s to float16: its largest is %.0f".formatted(value, LARGEST));
    }
    float size = Math.abs(value);
    int exponent = Math.max(Math.getExponent(size), SMALLEST_NORMAL_EXPONENT);
    // In units of the last place; rounding up to the next power of two carries into the exponent.
    int units = (int) Math.rint(Math.scalb((double) size, MANTISSA_BITS - exponent));
    int bits = units + ((exponent + BIAS - 1) << MANTISSA_BITS);
    return (short) (value < 0 ? bits | 0x8000 : bits);
  }

  /** The number that a half stands for. */
  public static float value(short half) {
    int exponent = (half >> 10) & 0x1f;
    int mantissa = half & 0x3ff;
    float size;
    if (exponent == 0) {
      size = mantissa * SMALLEST;
    } else if (exponent == 31) {
      size = mantissa == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
    } else {
      size = Float.intBitsToFloat(((exponent + 112) << 23) | (mantissa << 13));
    }
    return half < 0 ? -size : size;
  }
}
