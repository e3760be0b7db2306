package org.networkfission.model.loss;

import java.util.Arrays;

/** One minus the cosine of the angle between the predicted and the true normal. */
public final class Cosine extends PixelLoss {
  /** Smallest squared length that a prediction is divided by the root of, as TensorFlow's. */
  private static final double SMALLEST = 1e-12;

  @Override
  public Formula formula() {
    return Formula.of("cosine", Formula.Look.NONE);
  }

  @Override
  double add(Block block) {
    double[] p = block.prediction;
    float[] t = block.truth;
    double[] gradient = block.gradient;
    Arrays.fill(gradient, 0);
    double loss = 0;
    for (int x = 0; x < block.count; x++) {
      if (!block.valid[x]) {
        continue;
      }
      int y = x + Block.SIZE;
      int z = y + Block.SIZE;
      double squared = p[x] * p[x] + p[y] * p[y] + p[z] * p[z];
      double inverse = 1 / Math.sqrt(Math.max(squared, SMALLEST));
      double truthSquared = (double) t[x] * t[x] + (double) t[y] * t[y] + (double) t[z] * t[z];
      double truthInverse = 1 / Math.sqrt(Math.max(truthSquared, SMALLEST));
      double cosine = (p[x] * t[x] + p[y] * t[y] + p[z] * t[z]) * inverse * truthInverse;
      loss += 1 - cosine;
      // Below the smallest length the divisor is a constant.
      double along = squared > SMALLEST ? cosine * inverse : 0;
      gradient[x] = -inverse * (t[x] * truthInverse - along * p[x]);
      gradient[y] = -inverse * (t[y] * truthInverse - along * p[y]);
      gradient[z] = -inverse * (t[z] * truthInverse - along * p[z]);
    }
    return loss;
  }
}
