package org.networkfission.prep.codec;

/** IEEE 754 binary16 numbers, which Java 17 knows nothing of. */
public final class Half {
  /** The largest finite number. */
  public static final float LARGEST = 65_504;

  private static final float SMALLEST = 0x1p-24f;
  private static final int SIGN = 0x8000;
  private static final int FLOAT_OF_SMALLEST_NORMAL = 0x38800000; // 2^-14
  private static final int BIAS_DIFFERENCE = 0x38000000; // (127 - 15) << 23
  private static final int FLOAT_OF_HALF = 0x3f000000; // 0.5, whose last bit is 2^-24
  private static final int LEAST_NORMAL = 0x400;
  private static final int INFINITY = 0x7c00;

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
    return bits(value + 0f); // -0 becomes 0
  }

  /**
   * The nearest half, ties to even, of a value whose size is not checked; zero keeps its sign.
   *
   * @param value at most {@link #LARGEST} in size
   */
  public static short bits(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = bits >>> 16 & SIGN;
    int magnitude = bits & 0x7fffffff;
    if (magnitude >= FLOAT_OF_SMALLEST_NORMAL) {
      int rounded = magnitude + 0xfff + (magnitude >>> 13 & 1);
      return (short) (sign | (rounded - BIAS_DIFFERENCE) >>> 13);
    }
    // Adding 0.5 rounds to a multiple of 2^-24, the unit of the smallest halves.
    float shifted = Float.intBitsToFloat(magnitude) + 0.5f;
    return (short) (sign | (Float.floatToRawIntBits(shifted) - FLOAT_OF_HALF));
  }

  /** The number that a half stands for. */
  public static float value(short half) {
    int magnitude = half & 0x7fff;
    float size;
    if (magnitude < LEAST_NORMAL) {
      size = magnitude * SMALLEST;
    } else if (magnitude < INFINITY) {
      size = Float.intBitsToFloat((magnitude << 13) + BIAS_DIFFERENCE);
    } else {
      size = magnitude == INFINITY ? Float.POSITIVE_INFINITY : Float.NaN;
    }
    return half < 0 ? -size : size;
  }
}
