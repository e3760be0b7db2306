package org.networkfission.model.tflite;

import java.util.Arrays;

/**
 * How integers of 8 or 32 bits stand for floats: scale * (integer - zero point).
 *
 * @param scales one, or one for each place along the axis
 * @param zeroPoint the integer that stands for 0
 * @param axis that the scales go along
 */
record Quantization(float[] scales, int zeroPoint, int axis) {
  /** The largest integer of 8 bits; the least of constants is its opposite. */
  private static final int LARGEST = Byte.MAX_VALUE;

  /**
   * A sum begins with its bias, in 32 bits: so much is left for what is summed.
   *
   * <p>A convolution of 8 bits adds at most 2^15 per multiplication, so 2^30 is room for 2^15.
   */
  private static final double LARGEST_BIAS = 1 << 30;

  private static final int STEPS = 255;

  /** Of features between two numbers, of which 0 is exact, as the runtime asks for. */
  static Quantization ofFeatures(float least, float largest) {
    double low = Math.min(0, least);
    double high = Math.max(0, largest);
    double scale = high == low ? 1 : (high - low) / STEPS;
    return new Quantization(
        new float[] {(float) scale}, (int) Math.round(Byte.MIN_VALUE - low / scale), 0);
  }

  /** Of a few constants, which share a scale. */
  static Quantization ofConstants(Constants constants) {
    float largest = 0;
    for (float value : constants.values()) {
      largest = Math.max(largest, Math.abs(value));
    }
    return new Quantization(new float[] {largest == 0 ? 1 : largest / LARGEST}, 0, 0);
  }

  /** Of a filter, with a scale for each channel of the result. */
  static Quantization ofFilter(Constants filter, int axis, Constants bias, float inputScale) {
    double[] scales = new double[filter.shape()[axis]];
    for (int i = 0; i < filter.values().length; i++) {
      int channel = filter.along(axis, i);
      scales[channel] = Math.max(scales[channel], Math.abs((double) filter.values()[i]) / LARGEST);
    }
    float[] result = new float[scales.length];
    for (int i = 0; i < result.length; i++) {
      // A filter of nearly nothing must not make its bias too large a number.
      double least = Math.abs((double) bias.values()[i]) / (inputScale * LARGEST_BIAS);
      double scale = Math.max(scales[i], least);
      result[i] = scale < Float.MIN_NORMAL ? 1 : (float) scale;
    }
    return new Quantization(result, 0, axis);
  }

  /** Of the bias of a filter of this quantisation. */
  Quantization ofBias(float inputScale) {
    float[] result = new float[scales.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = inputScale * scales[i];
    }
    return new Quantization(result, 0, 0);
  }

  /** The integer that stands for a constant at a place along the axis. */
  int integer(float value, int place) {
    return (int) Math.round((double) value / scales[scales.length == 1 ? 0 : place]);
  }

  /** The zero point of each scale. */
  long[] zeroPoints() {
    long[] points = new long[scales.length];
    Arrays.fill(points, zeroPoint);
    return points;
  }
}
