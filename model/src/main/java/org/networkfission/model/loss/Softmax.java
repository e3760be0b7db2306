package org.networkfission.model.loss;

import java.util.Arrays;

/**
 * Exponentials of the scores of a block's pixels, each less the pixel's largest, so that none
 * overflows and one is 1.
 *
 * <p>Of floats they are taken by a polynomial, in loops that become vector instructions ({@link
 * Rows}): x is n ln 2 + r with a whole n and |r| at most ln 2 / 2, and e^x is 2^n e^r. They are
 * within 3e-7 of the exact ones of the difference, which itself is rounded to a float.
 */
final class Softmax {
  /** Added to a float of a few digits and taken away again, it leaves a whole number. */
  private static final float ROUNDING = 0x1.8p23f;

  private static final float LOG2_E = 1.442695f;

  // ln 2 in two parts, of which the first has so few digits that n times it is exact.
  private static final float LN2_HIGH = 355f / 512;
  private static final float LN2_LOW = -2.12194440e-4f;

  /** Below it e^x would be too small for a normal float; what is lower counts as it, 5e-38. */
  private static final float LOWEST = -86;

  private static final int EXPONENT_BITS = 23;

  private Softmax() {}

  /**
   * Writes what the gradient of softmax cross-entropy is in proportion to, to be divided by the sum
   * of a pixel's exponentials: the exponentials, but in the place of the own class's the others'
   * sum, negative. A sure pixel's difference from 1 keeps its digits by that.
   *
   * @param own of each pixel, the exponential of its own class
   * @param others the sum of the others'; not finite where a score is NaN, or the largest infinite
   * @param below the own score less the largest
   */
  static void compute(Block block, double[] own, double[] others, double[] below) {
    if (block.inFloats()) {
      inFloats(block, own, others, below);
    } else {
      inDoubles(block, own, others, below);
    }
  }

  private static void inFloats(Block block, double[] own, double[] others, double[] below) {
    float[][] x = block.floats();
    float[][] e = block.floatGradient();
    float[] largest = block.floatRows[0];
    float[] whole = block.floatRows[1];
    float[] sum = block.floatRows[2];
    Arrays.fill(largest, Float.NEGATIVE_INFINITY);
    for (float[] row : x) {
      Rows.raise(largest, row);
    }
    for (int c = 0; c < x.length; c++) {
      exponentials(x[c], largest, whole, e[c]);
      scale(e[c], whole);
    }
    for (int i = 0; i < block.count; i++) {
      int label = (int) block.truth[0][i];
      own[i] = e[label][i];
      e[label][i] = 0;
      below[i] = (double) x[label][i] - largest[i];
    }
    zeros(largest, sum);
    for (float[] row : e) {
      Rows.add(sum, row);
    }
    Rows.widen(sum, others);
    for (int i = 0; i < block.count; i++) {
      e[(int) block.truth[0][i]][i] = -sum[i];
    }
  }

  /** The e^r of e^x = 2^n e^r, and n as a float that is shifted by {@link #ROUNDING}. */
  private static void exponentials(float[] x, float[] largest, float[] whole, float[] e) {
    for (int i = 0; i < e.length; i++) {
      float below = Math.max(x[i] - largest[i], LOWEST);
      float shifted = below * LOG2_E + ROUNDING;
      whole[i] = shifted;
      float n = shifted - ROUNDING;
      float r = below - n * LN2_HIGH - n * LN2_LOW;
      e[i] =
          1
              + r
                  * (1
                      + r
                          * (1 / 2f
                              + r * (1 / 6f + r * (1 / 24f + r * (1 / 120f + r * (1 / 720f))))));
    }
  }

  /** Times 2^n: n is in the last digits of the shifted float, and is added to the exponent. */
  private static void scale(float[] e, float[] whole) {
    for (int i = 0; i < e.length; i++) {
      int n = Float.floatToRawIntBits(whole[i]) << EXPONENT_BITS;
      e[i] = Float.intBitsToFloat(Float.floatToRawIntBits(e[i]) + n);
    }
  }

  /** 0 for finite numbers, else NaN. */
  private static void zeros(float[] x, float[] zeros) {
    for (int i = 0; i < zeros.length; i++) {
      zeros[i] = x[i] * 0;
    }
  }

  private static void inDoubles(Block block, double[] own, double[] others, double[] below) {
    double[][] x = block.doubles();
    double[][] e = block.gradient();
    double[] largest = block.rows[6];
    Arrays.fill(largest, Double.NEGATIVE_INFINITY);
    for (double[] row : x) {
      Rows.raise(largest, row);
    }
    Arrays.fill(others, 0);
    for (int i = 0; i < block.count; i++) {
      int label = (int) block.truth[0][i];
      for (int c = 0; c < x.length; c++) {
        e[c][i] = Math.exp(x[c][i] - largest[i]);
        others[i] += c == label ? 0 : e[c][i];
      }
      own[i] = e[label][i];
      e[label][i] = -others[i];
      below[i] = x[label][i] - largest[i];
    }
  }
}
