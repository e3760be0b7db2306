package org.networkfission.model.backend.host;

import java.nio.FloatBuffer;

/** Whether floats are finite, in blocks that the JVM turns into vector instructions. */
final class FiniteValues {
  private static final int BLOCK = 4096;

  private FiniteValues() {}

  static boolean in(FloatBuffer values, int first, int length) {
    float[] block = new float[BLOCK];
    float[] zeros = new float[BLOCK]; // 0 * x is 0 for finite values, else NaN
    for (int from = 0; from < length; from += BLOCK) {
      int count = Math.min(BLOCK, length - from);
      values.get(first + from, block, 0, count);
      for (int i = 0; i < count; i++) {
        zeros[i] += block[i] * 0f;
      }
    }
    float total = 0;
    for (float zero : zeros) {
      total += zero;
    }
    return total == 0;
  }
}
