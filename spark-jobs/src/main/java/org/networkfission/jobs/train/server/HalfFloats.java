package org.networkfission.jobs.train.server;

import java.nio.ByteBuffer;

/**
 * Floats as 16-bit floats (IEEE 754 binary16) in blocks of {@value #BLOCK}: per block the exponent
 * of a power of two (int), then the values divided by it (short), so that the largest value of each
 * block uses the upper end of the range. Values down to 2^-29 of the block's largest keep their 11
 * bits, smaller ones lose some, those below 2^-39 become 0. In the order of the buffer.
 */
final class HalfFloats {
  static final int BLOCK = 4096;

  private static final int LARGEST_EXPONENT = 14;
  private static final int MAX_SCALE = 126;
  private static final int SIGN = 0x8000;
  private static final int FLOAT_OF_SMALLEST_NORMAL = 0x38800000; // 2^-14
  private static final int BIAS_DIFFERENCE = 0x38000000; // (127 - 15) << 23
  private static final int FLOAT_OF_HALF = 0x3f000000; // 0.5, whose last bit is 2^-24
  private static final float SMALLEST = 0x1p-24f;

  private final short[] shorts = new short[BLOCK];

  /** How many bytes so many floats take. */
  static int bytes(int floats) {
    int blocks = (floats + BLOCK - 1) / BLOCK;
    return blocks * Integer.BYTES + floats * Short.BYTES;
  }

  /** Appends one block. */
  void encode(float[] values, int length, ByteBuffer out) {
    float largest = 0;
    for (int i = 0; i < length; i++) {
      largest = Math.max(largest, Math.abs(values[i]));
    }
    int exponent =
        largest == 0 ? 0 : Math.min(LARGEST_EXPONENT - Math.getExponent(largest), MAX_SCALE);
    float scale = Math.scalb(1f, exponent);
    for (int i = 0; i < length; i++) {
      shorts[i] = (short) half(values[i] * scale);
    }
    out.putInt(exponent);
    out.asShortBuffer().put(shorts, 0, length);
    out.position(out.position() + length * Short.BYTES);
  }

  /** Reads one block. */
  void decode(ByteBuffer in, float[] values, int length) {
    float scale = Math.scalb(1f, -in.getInt());
    in.asShortBuffer().get(shorts, 0, length);
    in.position(in.position() + length * Short.BYTES);
    for (int i = 0; i < length; i++) {
      values[i] = single(shorts[i]) * scale;
    }
  }

  /** The nearest 16-bit float, ties to even, of a value below 2^15. */
  private static int half(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = bits >>> 16 & SIGN;
    int magnitude = bits & 0x7fffffff;
    if (magnitude >= FLOAT_OF_SMALLEST_NORMAL) {
      int rounded = magnitude + 0xfff + (magnitude >>> 13 & 1);
      return sign | (rounded - BIAS_DIFFERENCE) >>> 13;
    }
    // Adding 0.5 rounds to a multiple of 2^-24, the unit of the smallest 16-bit floats.
    float shifted = Float.intBitsToFloat(magnitude) + 0.5f;
    return sign | (Float.floatToRawIntBits(shifted) - FLOAT_OF_HALF);
  }

  private static float single(short half) {
    int magnitude = half & 0x7fff;
    float value =
        magnitude < 0x400
            ? magnitude * SMALLEST
            : Float.intBitsToFloat((magnitude << 13) + BIAS_DIFFERENCE);
    return half < 0 ? -value : value;
  }
}
