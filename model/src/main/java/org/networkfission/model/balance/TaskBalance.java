package org.networkfission.model.balance;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.networkfission.model.network.Balance;
import org.networkfission.model.network.LossSpec;
import org.networkfission.model.network.Task;
import org.networkfission.model.optimizer.AdamSettings;

/**
 * Weighs the tasks of a network against each other, step by step. It sees losses and gradients of
 * all replicas together only, so that every replica's has the same bits. Vectors have an element
 * per task, in the order of the network's tasks.
 */
public interface TaskBalance {
  /**
   * Begins, or goes on.
   *
   * @param adam how what is learned is learned
   * @param seed decides the order of tasks
   * @param saved what {@link #state} was; empty at the first step
   * @return empty where weights are fixed
   */
  static Optional<TaskBalance> of(
      LossSpec losses,
      List<Task> tasks,
      AdamSettings adam,
      long seed,
      Optional<Map<String, List<Double>>> saved) {
    Vectors before = new Vectors(tasks.size(), saved.orElse(Map.of()));
    return switch (losses.balance()) {
      case FIXED -> Optional.empty();
      case UNCERTAINTY -> Optional.of(new Uncertainty(tasks, adam, before));
      case DWA -> Optional.of(new DynamicWeightAverage(losses.dwa(), before));
      case GRADNORM -> Optional.of(new GradientNormalisation(losses.gradnorm(), adam, before));
      case PCGRAD -> Optional.of(new GradientSurgery(tasks.size(), seed));
    };
  }

  /** Of which tensors a balance has to see each task's gradient. */
  static GradientScope scope(Balance balance) {
    return switch (balance) {
      case FIXED, UNCERTAINTY, DWA -> GradientScope.NONE;
      case GRADNORM -> GradientScope.LAST_SHARED_LAYER;
      case PCGRAD -> GradientScope.ALL_SHARED;
    };
  }

  /** What each task's losses are multiplied with in the next step, besides their weights. */
  double[] factors();

  /**
   * What the tasks' gradients within the scope are multiplied with, of the next step; outside it
   * that is {@link #factors}.
   *
   * @param step its number
   * @param products the inner product of each task's gradient with each other's within the scope,
   *     of the losses without factors
   */
  default double[] coefficients(long step, double[][] products) {
    return factors();
  }

  /**
   * Learns from a step that was taken.
   *
   * @param losses each task's, weighted, without factors
   * @param rate the network's learning rate in it
   */
  void learn(double[] losses, double rate);

  /** What it has to remember, to the bit. */
  Map<String, List<Double>> state();
}
