package org.networkfission.model.task;

import java.util.Arrays;

/**
 * How sure a network is of the class of each pixel: the softmax of its scores at the highest, in
 * 255ths as unsigned bytes.
 *
 * <p>Exponentials are the most of it. They are taken from a polynomial, in loops over whole arrays
 * that the JVM turns into vector instructions, and once more exactly for the few pixels where the
 * polynomial's error could decide how the quotient is rounded: the bytes are those of exact
 * exponentials.
 */
public final class Confidence {
  private static final int MAX = 255;

  /**
   * Pixels that are looked at together: the planes of all classes at once share too little cache.
   */
  private static final int BLOCK = 256;

  /** exp(x) is exp(x / 64) to the power of 64, which is six squarings. */
  private static final float PART = 1f / 64;

  /** The polynomial is used from here on: what is lower adds less than 1e-27. */
  private static final float LOWEST = -64;

  /**
   * More than the polynomial moves a quotient: 64 roundings of 2e-7 and a remainder below 1e-8 of
   * each exponential.
   */
  private static final float MARGIN = 0.01f;

  private final float[] planes;
  private final int pixels;
  private final float[] scores = new float[BLOCK];
  private final float[] best = new float[BLOCK];
  private final float[] sum = new float[BLOCK];

  private Confidence(float[] planes, int pixels) {
    this.planes = planes;
    this.pixels = pixels;
  }

  /**
   * Reads the confidence from scores.
   *
   * @param planes the network's output, [classes, height, width], finite
   */
  public static byte[] of(float[] planes, int pixels) {
    return new Confidence(planes, pixels).read();
  }

  private byte[] read() {
    byte[] confidence = new byte[pixels];
    for (int from = 0; from < pixels; from += BLOCK) {
      int count = Math.min(BLOCK, pixels - from);
      Arrays.fill(best, Float.NEGATIVE_INFINITY);
      for (int at = from; at < planes.length; at += pixels) {
        System.arraycopy(planes, at, scores, 0, count);
        raise();
      }
      Arrays.fill(sum, 0);
      for (int at = from; at < planes.length; at += pixels) {
        System.arraycopy(planes, at, scores, 0, count);
        add();
      }
      for (int i = 0; i < count; i++) {
        float near = MAX / sum[i] + 0.5f;
        float above = near - (int) near;
        confidence[from + i] =
            (byte) (above < MARGIN || above > 1 - MARGIN ? exact(from + i, best[i]) : (int) near);
      }
    }
    return confidence;
  }

  private void raise() {
    for (int i = 0; i < best.length; i++) {
      best[i] = Math.max(best[i], scores[i]);
    }
  }

  private void add() {
    for (int i = 0; i < sum.length; i++) {
      float x = Math.max(scores[i] - best[i], LOWEST) * PART;
      float power = 1 + x * (1 + x * (1 / 2f + x * (1 / 6f + x * (1 / 24f))));
      power *= power;
      power *= power;
      power *= power;
      power *= power;
      power *= power;
      power *= power;
      sum[i] += power;
    }
  }

  private int exact(int pixel, float highest) {
    double total = 0;
    for (int at = pixel; at < planes.length; at += pixels) {
      total += Math.exp(planes[at] - highest);
    }
    return (int) (MAX / total + 0.5);
  }
}
