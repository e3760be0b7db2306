package org.networkfission.model.loss;

import java.util.Arrays;

/**
 * Some neighbouring pixels of one image, a row of numbers per channel: they fit the processor's
 * cache. All rows have one length, so that loops over them become vector instructions ({@link
 * Rows}); what lies beyond {@link #count} in an image's last block means nothing.
 *
 * <p>Predictions and gradient are floats or doubles, as the arrays are. A loss takes {@link
 * #doubles} of either, or the floats where there are so many that it matters.
 */
final class Block {
  /** Pixels of a full block. */
  static final int SIZE = 256;

  /** Blocks that a thread takes at a time. */
  static final int SHARE = 16;

  /** Truth, a row per channel. */
  final float[][] truth;

  /** Which pixels count. */
  final boolean[] valid = new boolean[SIZE];

  /** Room for what is computed on the way. */
  final double[][] rows = new double[7][SIZE];

  /** The same in floats. */
  final float[][] floatRows = new float[3][SIZE];

  /** How many pixels there are. */
  int count;

  private final int channels;
  private final float[][] floats;
  private final float[][] floatGradient;
  private final double[][] doubles;
  private final double[][] gradient;
  private final boolean inFloats;
  private boolean widened;
  private final double[] share = new double[SIZE];
  private boolean gradientInFloats;
  private boolean shared;

  // The largest absolute values so far, of each place in a row.
  private final float[] floatPeaks = new float[SIZE];
  private final double[] peaks = new double[SIZE];

  /** Room for pixels of a prediction of so many channels, and for their truth. */
  Block(Pixels prediction, int channels, int truthChannels) {
    this.channels = channels;
    this.truth = new float[truthChannels][SIZE];
    this.inFloats = prediction.inFloats();
    this.floats = new float[inFloats ? channels : 0][SIZE];
    this.floatGradient = new float[inFloats ? channels : 0][SIZE];
    this.doubles = new double[channels][];
    this.gradient = new double[channels][];
  }

  /** How many blocks an image has. */
  static int count(Target target) {
    return (target.pixels() + SIZE - 1) / SIZE;
  }

  /** Fills it with the pixels of an image's block. */
  void read(Pixels values, Target target, int image, int number) {
    int from = number * SIZE;
    count = Math.min(SIZE, target.pixels() - from);
    target.read(this, image, from);
    widened = false;
    shared = false;
    for (int c = 0; c < channels; c++) {
      int plane = (image * channels + c) * target.pixels() + from;
      if (inFloats) {
        values.read(plane, count, floats[c]);
        Rows.raiseToSize(floatPeaks, floats[c]);
      } else {
        values.read(plane, count, room(doubles, c));
        Rows.raiseToSize(peaks, doubles[c]);
      }
    }
  }

  private static double[] room(double[][] rows, int c) {
    if (rows[c] == null) {
      rows[c] = new double[SIZE];
    }
    return rows[c];
  }

  /** The largest absolute value predicted in all blocks that were read. */
  double peak() {
    double peak = 0;
    for (int i = 0; i < SIZE; i++) {
      peak = Math.max(peak, inFloats ? floatPeaks[i] : peaks[i]);
    }
    return peak;
  }

  /** Whether {@link #floats} and {@link #floatGradient} may be asked for. */
  boolean inFloats() {
    return inFloats;
  }

  /** Predictions that are floats, a row per channel. */
  float[][] floats() {
    return floats;
  }

  /** Where the gradient of the block's sum goes: all of its rows are to be written. */
  float[][] floatGradient() {
    gradientInFloats = true;
    return floatGradient;
  }

  /** Predictions as doubles, a row per channel. */
  double[][] doubles() {
    if (inFloats && !widened) {
      for (int c = 0; c < channels; c++) {
        Rows.widen(floats[c], room(doubles, c));
      }
      widened = true;
    }
    return doubles;
  }

  /** Where the gradient of the block's sum goes: all of its rows are to be written. */
  double[][] gradient() {
    gradientInFloats = false;
    for (int c = 0; c < channels; c++) {
      room(gradient, c);
    }
    return gradient;
  }

  /** Makes a gradient zero where pixels do not count. */
  void clearInvalid(double[][] rows) {
    for (int i = 0; i < count; i++) {
      if (!valid[i]) {
        for (double[] row : rows) {
          row[i] = 0;
        }
      }
    }
  }

  /** What each pixel's gradient is multiplied with once more, to be filled. */
  double[] share() {
    shared = true;
    return share;
  }

  /** Copies the gradient times a factor into that of all pixels. */
  void write(Pixels to, Target target, int image, int number, double factor) {
    if (!shared) {
      Arrays.fill(share, 1);
    }
    Rows.multiply(share, factor);
    float[] shares = floatRows[0];
    Rows.narrow(share, shares);
    for (int c = 0; c < channels; c++) {
      int plane = (image * channels + c) * target.pixels() + number * SIZE;
      if (gradientInFloats) {
        Rows.multiply(floatGradient[c], shares);
        to.write(plane, count, floatGradient[c]);
      } else if (inFloats) {
        Rows.multiply(gradient[c], share);
        Rows.narrow(gradient[c], floatGradient[c]);
        to.write(plane, count, floatGradient[c]);
      } else {
        Rows.multiply(gradient[c], share);
        to.write(plane, count, gradient[c]);
      }
    }
  }
}
