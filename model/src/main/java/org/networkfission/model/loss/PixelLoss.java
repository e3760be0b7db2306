package org.networkfission.model.loss;

import java.util.Arrays;

/** A loss that is a sum over pixels, computed block by block, by several threads at a time. */
public abstract class PixelLoss {
  /** Which formula it is. */
  public abstract Formula formula();

  /** Looks at a whole image before its blocks, where a loss depends on more than one pixel. */
  void begin(Pixels prediction, Target target, int image) {}

  /**
   * Sums the loss over a block's valid pixels and writes their gradients: zero for the others.
   * Blocks are computed side by side, so that only the block is changed.
   *
   * @return the sum, without any weight
   */
  abstract double add(Block block);

  /** Some neighbouring pixels of one image, plane by plane: they fit the processor's cache. */
  static final class Block {
    /** Pixels of a full block. */
    static final int SIZE = 256;

    /** Predictions, channel c of pixel i at c * SIZE + i. */
    final double[] prediction;

    /** Truth, laid out likewise. */
    final float[] truth;

    /** Which pixels count. */
    final boolean[] valid = new boolean[SIZE];

    /** Where the gradient of the block's sum goes, laid out as the predictions. */
    final double[] gradient;

    /** Room for what is computed on the way, a number per pixel. */
    final double[][] rows = new double[4][SIZE];

    /** How many pixels there are. */
    int count;

    Block(int channels, int truthChannels) {
      prediction = new double[channels * SIZE];
      gradient = new double[channels * SIZE];
      truth = new float[truthChannels * SIZE];
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
      for (int c = 0; c < channels(); c++) {
        int plane = (image * channels() + c) * target.pixels() + from;
        values.read(plane, count, prediction, c * SIZE);
      }
    }

    /** Of the prediction. */
    int channels() {
      return prediction.length / SIZE;
    }

    /** The largest absolute value predicted: of each pixel first, by vector instructions. */
    double peak() {
      double[] largest = rows[0];
      Arrays.fill(largest, 0);
      for (int c = 0; c < channels(); c++) {
        int plane = c * SIZE;
        for (int i = 0; i < count; i++) {
          largest[i] = Math.max(largest[i], Math.abs(prediction[plane + i]));
        }
      }
      double peak = 0;
      for (int i = 0; i < count; i++) {
        peak = Math.max(peak, largest[i]);
      }
      return peak;
    }
  }
}
