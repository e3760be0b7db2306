package org.networkfission.model.balance;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.networkfission.model.op.Hash;

/**
 * PCGrad (Yu et al.: "Gradient Surgery for Multi-Task Learning", NeurIPS 2020): where a task's
 * gradient points against another's, its part along the other is taken out, against one task after
 * the other in random order; the results are summed. As every result is a sum of the tasks'
 * gradients, all that it needs of them are their inner products.
 */
final class GradientSurgery implements TaskBalance {
  private final int tasks;
  private final long seed;

  GradientSurgery(int tasks, long seed) {
    this.tasks = tasks;
    this.seed = seed;
  }

  @Override
  public double[] factors() {
    double[] factors = new double[tasks];
    Arrays.fill(factors, 1);
    return factors;
  }

  @Override
  public double[] coefficients(long step, double[][] products) {
    if (!Arrays.stream(products).flatMapToDouble(Arrays::stream).allMatch(Double::isFinite)) {
      return factors(); // So that only the replica that it came from has what is not finite.
    }
    Random random = new Random(Hash.mix(Hash.mix(seed) + step));
    double[] total = new double[tasks];
    for (int i = 0; i < tasks; i++) {
      double[] parts = new double[tasks];
      parts[i] = 1;
      for (int other : othersOf(i, random)) {
        double along = 0;
        for (int k = 0; k < tasks; k++) {
          along += parts[k] * products[k][other];
        }
        if (along < 0 && products[other][other] > 0) {
          parts[other] -= along / products[other][other];
        }
      }
      for (int k = 0; k < tasks; k++) {
        total[k] += parts[k];
      }
    }
    return total;
  }

  private List<Integer> othersOf(int task, Random random) {
    List<Integer> others = new ArrayList<>();
    for (int i = 0; i < tasks; i++) {
      if (i != task) {
        others.add(i);
      }
    }
    Collections.shuffle(others, random);
    return others;
  }

  @Override
  public void learn(double[] losses, double rate) {
    // Each step is by itself.
  }

  @Override
  public Map<String, List<Double>> state() {
    return Map.of();
  }
}
