package org.networkfission.jobs.train.synchronous;

import java.io.IOException;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.networkfission.jobs.train.collective.Collective;
import org.networkfission.jobs.train.plan.RunPlan;
import org.networkfission.model.backend.FlatVector;
import org.networkfission.model.balance.GradientScope;
import org.networkfission.model.balance.TaskBalance;
import org.networkfission.model.graph.FissionNetwork;
import org.networkfission.model.input.Batch;
import org.networkfission.model.network.LossSpec;
import org.networkfission.model.network.StepLosses;
import org.networkfission.model.network.Task;
import org.networkfission.model.optimizer.AdamSettings;

/**
 * A network whose tasks' weights change while it trains, together with the other replicas: they
 * follow from the losses and gradients of the joined minibatch, so that every replica has the same
 * bits, and N replicas weigh as one process does.
 *
 * <p>Where tasks' gradients are asked for one by one, a step computes the network once per task.
 */
final class BalancedTasks {
  private final Accumulation accumulation;
  private final LossSpec losses;
  private final List<Task> tasks;
  private final Collective collective;
  private final TaskBalance balance;
  private final Optional<TaskGradients> gradients;
  private double[] applied;
  private long nanos;

  BalancedTasks(
      Accumulation accumulation, Collective collective, TaskBalance balance, GradientScope scope) {
    FissionNetwork network = accumulation.network();
    this.accumulation = accumulation;
    this.losses = network.losses();
    this.tasks = network.spec().tasks();
    this.collective = collective;
    this.balance = balance;
    this.applied = balance.factors();
    this.gradients =
        scope == GradientScope.NONE
            ? Optional.empty()
            : Optional.of(
                new TaskGradients(
                    collective, network.ranges(), network.shared(scope), tasks.size()));
  }

  /**
   * Takes up what a plan asks.
   *
   * @param accumulation of a network whose frozen tensors are frozen
   * @param saved what {@link #state} was at the checkpoint that the run goes on from
   * @return empty where weights are fixed
   */
  static Optional<BalancedTasks> of(
      RunPlan plan,
      Accumulation accumulation,
      Collective collective,
      Optional<Map<String, List<Double>>> saved) {
    LossSpec losses = plan.model().losses();
    AdamSettings adam = plan.optimisation().adam();
    List<Task> tasks = accumulation.network().spec().tasks();
    return TaskBalance.of(losses, tasks, adam, plan.model().seed(), saved)
        .map(
            balance ->
                new BalancedTasks(
                    accumulation, collective, balance, TaskBalance.scope(losses.balance())));
  }

  /** Computes this replica's losses and gradient of a step. */
  StepLosses computeGradient(List<Batch> minibatches, long step)
      throws IOException, InterruptedException {
    applied = balance.factors();
    if (gradients.isEmpty()) {
      return accumulation.computeGradient(minibatches, step, byTask(applied));
    }
    FlatVector gradient = accumulation.network().engine().gradient();
    double total = 0;
    StepLosses last = null;
    for (int i = 0; i < tasks.size(); i++) {
      double[] alone = new double[tasks.size()];
      alone[i] = 1;
      last = accumulation.computeGradient(minibatches, step, byTask(alone));
      total += applied[i] * last.total();
      gradients.get().take(i, applied[i], gradient);
    }
    long start = System.nanoTime();
    double[][] products = gradients.get().products(step);
    nanos += System.nanoTime() - start;
    applied = balance.coefficients(step, products);
    gradients.get().combine(applied, gradient);
    return new StepLosses(total, last.tasks());
  }

  private Map<Task, Double> byTask(double[] values) {
    Map<Task, Double> named = new EnumMap<>(Task.class);
    for (int i = 0; i < values.length; i++) {
      named.put(tasks.get(i), values[i]);
    }
    return named;
  }

  /**
   * Learns from a step that all replicas have taken.
   *
   * @param own this replica's losses in it
   * @param rate the network's learning rate in it
   */
  void learn(StepLosses own, double rate) throws IOException, InterruptedException {
    double[] mine = new double[tasks.size()];
    for (int i = 0; i < mine.length; i++) {
      mine[i] = losses.of(tasks.get(i), own.tasks().get(tasks.get(i)));
    }
    long start = System.nanoTime();
    double[] joint = TaskGradients.sum(collective, mine);
    nanos += System.nanoTime() - start;
    for (int i = 0; i < joint.length; i++) {
      joint[i] /= collective.size();
    }
    balance.learn(joint, rate);
  }

  /** What each task's losses weighed in the last step, by name, the settings' weights included. */
  Map<String, Double> weights() {
    Map<String, Double> weights = new LinkedHashMap<>();
    for (int i = 0; i < tasks.size(); i++) {
      weights.put(tasks.get(i).id(), losses.weights(tasks.get(i)).weight() * applied[i]);
    }
    return weights;
  }

  /** What a checkpoint has to hold; the same on every replica. */
  Map<String, List<Double>> state() {
    return balance.state();
  }

  /** Time spent waiting for other replicas since the last call. */
  long takeNanos() {
    long taken = nanos;
    nanos = 0;
    return taken;
  }
}
