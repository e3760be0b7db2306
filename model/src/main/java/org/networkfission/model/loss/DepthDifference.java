package org.networkfission.model.loss;

/** L1 or reverse Huber loss of depth in metres. */
public final class DepthDifference extends PixelLoss {
  /** More than 1 divided by the least difference that two floats have. */
  private static final double HUGE = 1e300;

  private final DepthLoss kind;

  /** Up to here the loss is linear. */
  private double threshold = Double.POSITIVE_INFINITY;

  /**
   * @param kind L1 or reverse Huber
   */
  public DepthDifference(DepthLoss kind) {
    this.kind = kind;
  }

  @Override
  public Formula formula() {
    return kind == DepthLoss.BERHU
        ? Formula.of("reverseHuber", Formula.Look.LARGEST_DIFFERENCE)
        : Formula.of("absolute", Formula.Look.NONE);
  }

  @Override
  void begin(Pixels prediction, Target target, int image) {
    if (kind == DepthLoss.BERHU) {
      int from = image * target.pixels();
      double[] predicted = prediction.copy(from, target.pixels());
      double largest = 0;
      for (int i = 0; i < predicted.length; i++) {
        if (target.valid()[from + i]) {
          largest = Math.max(largest, Math.abs(predicted[i] - target.values()[from + i]));
        }
      }
      threshold = largest / 5;
    }
  }

  @Override
  double add(Block block) {
    double[] difference = block.rows[0];
    double[] losses = block.rows[1];
    double[][] gradient = block.gradient();
    Rows.widen(block.truth[0], difference);
    subtract(block.doubles()[0], difference);
    signs(difference, gradient[0]);
    if (threshold > 0 && threshold < Double.POSITIVE_INFINITY) {
      reverseHuber(difference, threshold, losses, gradient[0]);
    } else {
      Rows.sizes(difference, losses);
    }
    block.clearInvalid(gradient);
    double loss = 0;
    for (int i = 0; i < block.count; i++) {
      loss += block.valid[i] ? losses[i] : 0;
    }
    return loss;
  }

  /** The truth in the difference's place is taken from the prediction. */
  private static void subtract(double[] predicted, double[] difference) {
    for (int i = 0; i < difference.length; i++) {
      difference[i] = predicted[i] - difference[i];
    }
  }

  /** -1, 0 or 1. */
  private static void signs(double[] difference, double[] signs) {
    for (int i = 0; i < signs.length; i++) {
      signs[i] = Math.max(-1, Math.min(1, difference[i] * HUGE));
    }
  }

  /** The size up to the threshold, above it what meets it there and grows by the square. */
  private static void reverseHuber(
      double[] difference, double threshold, double[] losses, double[] gradient) {
    double inverse = 1 / threshold;
    for (int i = 0; i < gradient.length; i++) {
      double size = Math.abs(difference[i]);
      double above = Math.max(size, threshold);
      losses[i] = Math.min(size, threshold) + (above * above * inverse - threshold) / 2;
      gradient[i] *= above * inverse;
    }
  }
}
