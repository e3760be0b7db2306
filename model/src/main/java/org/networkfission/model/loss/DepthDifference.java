package org.networkfission.model.loss;

import java.util.Arrays;

/** L1 or reverse Huber loss of depth in metres. */
public final class DepthDifference extends PixelLoss {
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
      double largest = 0;
      for (int at = image * target.pixels(); at < (image + 1) * target.pixels(); at++) {
        if (target.valid()[at]) {
          largest = Math.max(largest, Math.abs(prediction.at(at) - target.values()[at]));
        }
      }
      threshold = largest / 5;
    }
  }

  @Override
  double add(Block block) {
    Arrays.fill(block.gradient, 0);
    double loss = 0;
    for (int i = 0; i < block.count; i++) {
      if (!block.valid[i]) {
        continue;
      }
      double difference = block.prediction[i] - block.truth[i];
      double size = Math.abs(difference);
      if (size <= threshold) {
        loss += size;
        block.gradient[i] = Math.signum(difference);
      } else {
        loss += (size * size + threshold * threshold) / (2 * threshold);
        block.gradient[i] = difference / threshold;
      }
    }
    return loss;
  }
}
