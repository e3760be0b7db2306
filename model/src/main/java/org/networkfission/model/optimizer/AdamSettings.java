package org.networkfission.model.optimizer;

import java.io.Serializable;
import org.networkfission.prep.settings.Check;

/**
 * What {@link Adam} needs besides the learning rate.
 *
 * @param beta1 decay of the first moment, in [0, 1)
 * @param beta2 decay of the second moment, in [0, 1)
 * @param epsilon added to the root of the second moment
 * @param weightDecay L2 regularisation: this times the weight is added to a weight's gradient;
 *     batch norm's parameters and biases have none
 * @param clipNorm a gradient whose global norm is larger is scaled down to it; 0 for no limit
 */
public record AdamSettings(
    double beta1, double beta2, double epsilon, double weightDecay, double clipNorm)
    implements Serializable {
  public AdamSettings {
    new Check()
        .that("beta1", beta1, beta1 >= 0 && beta1 < 1, "at least 0 and below 1")
        .that("beta2", beta2, beta2 >= 0 && beta2 < 1, "at least 0 and below 1")
        .that("epsilon", epsilon, epsilon > 0 && Double.isFinite(epsilon), "positive")
        .that("weightDecay", weightDecay, weightDecay >= 0 && weightDecay < 1, "0 or more, below 1")
        .that("clipNorm", clipNorm, clipNorm >= 0 && Double.isFinite(clipNorm), "0 or more")
        .done();
  }

  /** The factor on a gradient of this global norm: 1 unless it is to be clipped. */
  public double clipFactor(double norm) {
    return clipNorm > 0 && norm > clipNorm ? clipNorm / norm : 1;
  }
}
