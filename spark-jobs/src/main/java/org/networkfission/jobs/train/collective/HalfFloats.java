package org.networkfission.jobs.train.collective;

import java.nio.ByteBuffer;
import org.networkfission.prep.codec.Half;

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
      shorts[i] = Half.bits(values[i] * scale);
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
      values[i] = Half.value(shorts[i]) * scale;
    }
  }
}
