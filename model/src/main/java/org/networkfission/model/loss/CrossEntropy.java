package org.networkfission.model.loss;

import java.util.Arrays;
import org.networkfission.model.parallel.Workers;

/**
 * Softmax cross-entropy over the channels, times the weight of the pixel's class. Where only the
 * hardest pixels of an image count, those of the largest losses, they count for all that have a
 * class, so that the loss is the mean over them (online hard example mining: Shrivastava, Gupta,
 * Girshick, CVPR 2016; of pixels: Wu, Shen, van den Hengel 2016). Pixels whose loss is equal to the
 * least of these count too.
 */
public final class CrossEntropy extends PixelLoss {
  private final int classes;
  private final double[] weights;
  private final double hardest;

  /** The least loss that counts in the image, and what it counts for. */
  private double least = Double.NEGATIVE_INFINITY;

  private double factor = 1;

  /** By the options' classes, weights and share of hardest pixels. */
  public CrossEntropy(LossOptions options) {
    this.classes = options.classes();
    this.weights = options.classWeights().stream().mapToDouble(Double::doubleValue).toArray();
    this.hardest = options.hardest();
  }

  @Override
  public Formula formula() {
    return new Formula(
        "crossEntropy",
        hardest == 1 ? Formula.Look.NONE : Formula.Look.HARDEST_PIXELS,
        hardest,
        Arrays.stream(weights).boxed().toList());
  }

  @Override
  void begin(Pixels prediction, Target target, int image) {
    if (hardest == 1) {
      return;
    }
    least = Double.NEGATIVE_INFINITY;
    factor = 1;
    int blocks = Block.count(target);
    double[] losses = new double[target.pixels()];
    Workers.forEach(
        blocks,
        number -> {
          Block block = new Block(classes, target.channels());
          block.read(prediction, target, image, number);
          exponentials(block);
          for (int i = 0; i < block.count; i++) {
            losses[number * Block.SIZE + i] = block.valid[i] ? loss(block, i) : Double.NaN;
          }
        });
    Arrays.sort(losses); // What does not count comes last.
    int valid = target.validPixels(image);
    if (valid > 0) {
      least = losses[valid - (int) Math.max(1, Math.ceil(hardest * valid))];
      int kept = valid;
      while (kept > 0 && losses[valid - kept] < least) {
        kept--;
      }
      factor = (double) valid / kept;
    }
  }

  @Override
  double add(Block block) {
    exponentials(block);
    double[] gradient = block.gradient;
    double[] sum = block.rows[1];
    double[] share = block.rows[2];
    double[] counts = block.rows[3];
    double loss = 0;
    for (int i = 0; i < block.count; i++) {
      double own = block.valid[i] ? loss(block, i) : 0;
      // What is not finite counts, so that it is found.
      counts[i] = block.valid[i] && !(own < least) ? factor * weight(block, i) : 0;
      loss += counts[i] == 0 ? 0 : factor * own;
      share[i] = counts[i] == 0 ? 0 : counts[i] / sum[i];
    }
    for (int c = 0; c < classes; c++) {
      int plane = c * Block.SIZE;
      for (int i = 0; i < block.count; i++) {
        gradient[plane + i] *= share[i];
      }
    }
    for (int i = 0; i < block.count; i++) {
      if (block.valid[i]) {
        int label = (int) block.truth[i];
        gradient[label * Block.SIZE + i] -= counts[i];
      }
    }
    return loss;
  }

  /**
   * Of each pixel the largest score, the exponentials of what each score is below it, in the place
   * of the gradient, and their sum.
   */
  private void exponentials(Block block) {
    double[] x = block.prediction;
    double[] exponentials = block.gradient;
    int count = block.count;
    double[] largest = block.rows[0];
    double[] sum = block.rows[1];
    Arrays.fill(largest, Double.NEGATIVE_INFINITY);
    Arrays.fill(sum, 0);
    for (int c = 0; c < classes; c++) {
      int plane = c * Block.SIZE;
      for (int i = 0; i < count; i++) {
        largest[i] = Math.max(largest[i], x[plane + i]);
      }
    }
    for (int c = 0; c < classes; c++) {
      int plane = c * Block.SIZE;
      for (int i = 0; i < count; i++) {
        exponentials[plane + i] = Math.exp(x[plane + i] - largest[i]);
      }
      for (int i = 0; i < count; i++) {
        sum[i] += exponentials[plane + i];
      }
    }
  }

  /** The weighted loss of a valid pixel whose exponentials are there. */
  private double loss(Block block, int i) {
    int label = (int) block.truth[i];
    int at = label * Block.SIZE + i;
    return weight(block, i)
        * (Math.log(block.rows[1][i]) + block.rows[0][i] - block.prediction[at]);
  }

  private double weight(Block block, int i) {
    return weights.length == 0 ? 1 : weights[(int) block.truth[i]];
  }
}
