package org.networkfission.model.balance;

import java.util.List;
import java.util.Map;
import org.networkfission.model.network.Task;
import org.networkfission.model.optimizer.AdamSettings;

/**
 * Homoscedastic uncertainty (Kendall, Gal, Cipolla: "Multi-Task Learning Using Uncertainty to Weigh
 * Losses", CVPR 2018): each task has a logarithm s of a variance, which is learned with the
 * network. What is minimised is the sum of exp(-s) L + s / 2 for a task of categories, and of
 * exp(-s) L / 2 + s / 2 for a task of numbers.
 */
final class Uncertainty implements TaskBalance {
  private static final String LOG_VARIANCE = "log-variance";

  private final double[] share;
  private final double[] logVariance;
  private final VectorAdam adam;

  Uncertainty(List<Task> tasks, AdamSettings settings, Vectors before) {
    this.share =
        tasks.stream().mapToDouble(task -> task.definition().isCategorical() ? 1 : 0.5).toArray();
    this.logVariance = before.get(LOG_VARIANCE, 0);
    this.adam = new VectorAdam(settings, before);
  }

  @Override
  public double[] factors() {
    double[] factors = new double[share.length];
    for (int i = 0; i < factors.length; i++) {
      factors[i] = share[i] * Math.exp(-logVariance[i]);
    }
    return factors;
  }

  @Override
  public void learn(double[] losses, double rate) {
    double[] factors = factors();
    double[] gradient = new double[losses.length];
    for (int i = 0; i < losses.length; i++) {
      gradient[i] = 0.5 - factors[i] * losses[i];
    }
    adam.update(logVariance, gradient, rate);
  }

  @Override
  public Map<String, List<Double>> state() {
    return adam.remember(new Vectors(share.length, Map.of()).with(LOG_VARIANCE, logVariance)).all();
  }
}
