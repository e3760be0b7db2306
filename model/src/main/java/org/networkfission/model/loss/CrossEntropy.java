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
  // Rows of a block.
  private static final int OWN = 0;
  private static final int OTHERS = 1;
  private static final int BELOW = 2;
  private static final int LOSSES = 3;

  /** Pixels of one logarithm: a factor is at most the number of classes, so none overflows. */
  private static final int PRODUCT = 16;

  private final int classes;
  private final double[] weights;
  private final double hardest;

  /** The least loss that counts in the image, and what it counts for. */
  private double least = Double.NEGATIVE_INFINITY;

  private double factor = 1;

  /** By the options' classes, weights and share of hardest pixels. */
  public CrossEntropy(LossOptions options) {
    this.classes = options.classes();
    boolean alike = options.classWeights().stream().allMatch(weight -> weight == 1);
    this.weights =
        alike
            ? new double[0]
            : options.classWeights().stream().mapToDouble(Double::doubleValue).toArray();
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
        (blocks + Block.SHARE - 1) / Block.SHARE,
        piece -> {
          Block block = new Block(prediction, classes, target.channels());
          for (int i = piece * Block.SHARE; i < Math.min(blocks, (piece + 1) * Block.SHARE); i++) {
            block.read(prediction, target, image, i);
            Softmax.compute(block, block.rows[OWN], block.rows[OTHERS], block.rows[BELOW]);
            System.arraycopy(losses(block), 0, losses, i * Block.SIZE, block.count);
          }
        });
    int numbers = 0;
    for (double loss : losses) {
      if (!Double.isNaN(loss)) {
        losses[numbers++] = loss;
      }
    }
    int valid = target.validPixels(image);
    if (valid > 0) {
      int rank = valid - (int) Math.max(1, Math.ceil(hardest * valid));
      // Losses of valid pixels that are not numbers are the hardest.
      least = rank < numbers ? Ranks.select(losses, numbers, rank) : Double.NaN;
      int kept = valid;
      for (int i = 0; i < numbers; i++) {
        kept -= losses[i] < least ? 1 : 0;
      }
      factor = (double) valid / kept;
    }
  }

  @Override
  double add(Block block) {
    Softmax.compute(block, block.rows[OWN], block.rows[OTHERS], block.rows[BELOW]);
    return hardest == 1 && weights.length == 0 ? plain(block) : weighed(block);
  }

  /** All pixels that have a class count alike: a logarithm of a product is enough for some. */
  private static double plain(Block block) {
    double[] own = block.rows[OWN];
    double[] others = block.rows[OTHERS];
    double[] below = block.rows[BELOW];
    double[] share = block.share();
    double loss = 0;
    double product = 1;
    for (int i = 0; i < block.count; i++) {
      double sum = own[i] + others[i];
      product *= block.valid[i] ? sum : 1;
      loss -= block.valid[i] ? below[i] : 0;
      share[i] = (block.valid[i] ? 1 : 0) / sum;
      if (i % PRODUCT == PRODUCT - 1) {
        loss += Math.log(product);
        product = 1;
      }
    }
    return loss + Math.log(product);
  }

  private double weighed(Block block) {
    double[] losses = losses(block);
    double[] own = block.rows[OWN];
    double[] others = block.rows[OTHERS];
    double[] share = block.share();
    double loss = 0;
    for (int i = 0; i < block.count; i++) {
      // What is not finite counts, so that it is found.
      boolean counts = block.valid[i] && !(losses[i] < least);
      double count = counts ? factor * weight(block, i) : 0;
      loss += count == 0 ? 0 : factor * losses[i];
      share[i] = count / (own[i] + others[i]);
    }
    return loss;
  }

  /** The weighted losses of a block's valid pixels; NaN of the others. */
  private double[] losses(Block block) {
    double[] losses = block.rows[LOSSES];
    for (int i = 0; i < block.count; i++) {
      double sum = block.rows[OWN][i] + block.rows[OTHERS][i];
      losses[i] =
          block.valid[i] ? weight(block, i) * (Math.log(sum) - block.rows[BELOW][i]) : Double.NaN;
    }
    return losses;
  }

  private double weight(Block block, int i) {
    return weights.length == 0 ? 1 : weights[(int) block.truth[0][i]];
  }
}
