package org.networkfission.model.optimizer;

import java.io.Serializable;
import org.networkfission.prep.settings.Check;

/**
 * The learning rate of each step.
 *
 * @param schedule how it changes after the warm-up
 * @param initial the rate after the warm-up, at step 0 of the schedule
 * @param end the rate at {@code decaySteps} and after; polynomial only
 * @param decaySteps how many steps the decay takes; polynomial only
 * @param power of the polynomial; 1 is linear
 * @param warmupSteps the rate grows linearly from 0 over so many steps; 0 for none
 */
public record LearningRate(
    Schedule schedule, double initial, double end, long decaySteps, double power, long warmupSteps)
    implements Serializable {
  /** How the rate changes. */
  public enum Schedule {
    /** It stays as it is. */
    CONSTANT,
    /** {@code (initial - end) * (1 - step / decaySteps) ^ power + end}, as in TensorFlow. */
    POLYNOMIAL
  }

  public LearningRate {
    new Check()
        .that("initial", initial, initial > 0 && Double.isFinite(initial), "positive")
        .that("end", end, end >= 0 && end <= initial, "at least 0 and at most the initial rate")
        .that("decaySteps", decaySteps, decaySteps >= 1, "at least 1")
        .that("power", power, power > 0 && Double.isFinite(power), "positive")
        .that("warmupSteps", warmupSteps, warmupSteps >= 0, "at least 0")
        .done();
  }

  /**
   * The rate of a step.
   *
   * @param step counts from 0; the decay too begins at step 0, under the warm-up
   */
  public double at(long step) {
    double rate =
        switch (schedule) {
          case CONSTANT -> initial;
          case POLYNOMIAL -> {
            double left = 1 - Math.min(step, decaySteps) / (double) decaySteps;
            yield (initial - end) * Math.pow(left, power) + end;
          }
        };
    return step < warmupSteps ? rate * (step + 1) / warmupSteps : rate;
  }
}
