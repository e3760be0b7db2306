package org.networkfission.model.balance;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.networkfission.model.network.LossSpec.Dwa;

/**
 * Dynamic weight averaging (Liu, Johns, Davison: "End-to-End Multi-Task Learning with Attention",
 * CVPR 2019): with K tasks a factor is K times the softmax of the ratio of a task's last two mean
 * losses, divided by a temperature. The means are over a number of steps, where the paper's are
 * over an epoch; all factors are 1 until there are two.
 */
final class DynamicWeightAverage implements TaskBalance {
  private final Dwa settings;
  private final double[] sum;
  private final double[] last;
  private final double[] beforeLast;
  private long steps;

  DynamicWeightAverage(Dwa settings, Vectors before) {
    this.settings = settings;
    this.sum = before.get("sum", 0);
    this.last = before.get("last", 0);
    this.beforeLast = before.get("before-last", 0);
    this.steps = before.count("steps");
  }

  @Override
  public double[] factors() {
    double[] factors = new double[sum.length];
    if (steps < 2L * settings.every()) {
      Arrays.fill(factors, 1);
      return factors;
    }
    double largest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < factors.length; i++) {
      // A loss that was 0 before cannot fall any more.
      factors[i] = beforeLast[i] == 0 ? 1 : last[i] / beforeLast[i];
      factors[i] /= settings.temperature();
      largest = Math.max(largest, factors[i]);
    }
    double total = 0;
    for (int i = 0; i < factors.length; i++) {
      factors[i] = Math.exp(factors[i] - largest);
      total += factors[i];
    }
    for (int i = 0; i < factors.length; i++) {
      factors[i] *= factors.length / total;
    }
    return factors;
  }

  @Override
  public void learn(double[] losses, double rate) {
    steps++;
    boolean whole = steps % settings.every() == 0;
    for (int i = 0; i < losses.length; i++) {
      sum[i] += losses[i];
      if (whole) {
        beforeLast[i] = last[i];
        last[i] = sum[i] / settings.every();
        sum[i] = 0;
      }
    }
  }

  @Override
  public Map<String, List<Double>> state() {
    return new Vectors(sum.length, Map.of())
        .with("sum", sum)
        .with("last", last)
        .with("before-last", beforeLast)
        .with("steps", (double) steps)
        .all();
  }
}
