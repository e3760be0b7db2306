package org.networkfission.model.loss;

import java.util.Arrays;

/** Softmax cross-entropy over the channels. */
public final class CrossEntropy extends PixelLoss {
  private final int classes;

  /**
   * @param classes number of classes, void included
   */
  public CrossEntropy(int classes) {
    this.classes = classes;
  }

  @Override
  double add(Block block) {
    double[] x = block.prediction;
    double[] gradient = block.gradient;
    int count = block.count;
    double[] largest = block.rows[0];
    double[] sum = block.rows[1];
    double[] share = block.rows[2];
    Arrays.fill(largest, Double.NEGATIVE_INFINITY);
    Arrays.fill(sum, 0);
    for (int c = 0; c < classes; c++) {
      int plane = c * Block.SIZE;
      for (int i = 0; i < count; i++) {
        largest[i] = x[plane + i] > largest[i] ? x[plane + i] : largest[i];
      }
    }
    for (int c = 0; c < classes; c++) {
      int plane = c * Block.SIZE;
      for (int i = 0; i < count; i++) {
        gradient[plane + i] = Math.exp(x[plane + i] - largest[i]);
      }
      for (int i = 0; i < count; i++) {
        sum[i] += gradient[plane + i];
      }
    }
    for (int i = 0; i < count; i++) {
      share[i] = block.valid[i] ? 1 / sum[i] : 0;
    }
    for (int c = 0; c < classes; c++) {
      int plane = c * Block.SIZE;
      for (int i = 0; i < count; i++) {
        gradient[plane + i] *= share[i];
      }
    }
    double loss = 0;
    for (int i = 0; i < count; i++) {
      if (block.valid[i]) {
        int label = (int) block.truth[i];
        int at = label * Block.SIZE + i;
        loss += Math.log(sum[i]) + largest[i] - x[at];
        gradient[at] -= 1;
      }
    }
    return loss;
  }
}
