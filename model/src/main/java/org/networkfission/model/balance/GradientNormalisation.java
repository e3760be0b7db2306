package org.networkfission.model.balance;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.networkfission.model.network.LossSpec.GradNorm;
import org.networkfission.model.optimizer.AdamSettings;

/**
 * GradNorm (Chen, Badrinarayanan, Lee, Rabinovich, ICML 2018): factors are learned so that every
 * task's gradient of the last shared layer comes to the mean norm, times the power alpha of how
 * little the task has learned compared with the others. Factors stay at or above a hundredth and
 * sum up to the number of tasks.
 */
final class GradientNormalisation implements TaskBalance {
  /** Below it a task would hardly be heard any more. */
  private static final double LEAST = 0.01;

  private final GradNorm settings;
  private final double[] factors;
  private final double[] firstLosses;
  private final VectorAdam adam;
  private double[] norms;
  private boolean begun;

  GradientNormalisation(GradNorm settings, AdamSettings adam, Vectors before) {
    this.settings = settings;
    this.factors = before.get("factors", 1);
    this.firstLosses = before.get("first-losses", 0);
    this.begun = before.count("steps") > 0;
    this.adam = new VectorAdam(adam, before);
  }

  @Override
  public double[] factors() {
    return factors.clone();
  }

  @Override
  public double[] coefficients(long step, double[][] products) {
    norms = new double[factors.length];
    for (int i = 0; i < norms.length; i++) {
      norms[i] = Math.sqrt(products[i][i]);
    }
    return factors();
  }

  @Override
  public void learn(double[] losses, double rate) {
    if (!begun) {
      System.arraycopy(losses, 0, firstLosses, 0, losses.length);
      begun = true;
    }
    int tasks = losses.length;
    double[] left = new double[tasks];
    double meanNorm = 0;
    for (int i = 0; i < tasks; i++) {
      // A loss that began at 0 has nothing to learn.
      left[i] = firstLosses[i] == 0 ? 1 : losses[i] / firstLosses[i];
      meanNorm += factors[i] * norms[i] / tasks;
    }
    double meanLeft = Arrays.stream(left).sum() / tasks;
    double[] gradient = new double[tasks];
    for (int i = 0; i < tasks; i++) {
      double share = meanLeft == 0 ? 1 : left[i] / meanLeft;
      double target = meanNorm * Math.pow(share, settings.alpha());
      gradient[i] = Math.signum(factors[i] * norms[i] - target) * norms[i];
    }
    adam.update(factors, gradient, settings.learningRate());
    double total = 0;
    for (int i = 0; i < tasks; i++) {
      factors[i] = Math.max(LEAST, factors[i]);
      total += factors[i];
    }
    for (int i = 0; i < tasks; i++) {
      factors[i] *= tasks / total;
    }
  }

  @Override
  public Map<String, List<Double>> state() {
    Vectors state = new Vectors(factors.length, Map.of());
    return adam.remember(state.with("factors", factors).with("first-losses", firstLosses)).all();
  }
}
