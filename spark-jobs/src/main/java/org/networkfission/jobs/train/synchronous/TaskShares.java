package org.networkfission.jobs.train.synchronous;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.networkfission.jobs.train.collective.Collective;
import org.networkfission.jobs.train.plan.RunPlan;
import org.networkfission.model.input.Batch;
import org.networkfission.model.loss.Normalisation;
import org.networkfission.model.network.Task;

/**
 * What a replica's loss of a task counts for, where frames may lack its truth: by how much of the
 * joined minibatch's truth is this replica's. Without it, a replica of a single labelled image
 * would pull as hard as one of eight; with it, the mean of the replicas' gradients is the gradient
 * of one process on the joined minibatch, whatever a loss is the mean over.
 */
final class TaskShares {
  private final Collective collective;
  private final List<Task> tasks;
  private final Normalisation normalisation;
  private final boolean partial;
  private long nanos;

  TaskShares(Collective collective, RunPlan plan) {
    this(
        collective,
        plan.model().network().tasks(),
        plan.model().losses().normalisation(),
        // Where the number of replicas changes, a step must not depend on how it is shared.
        plan.data().partial() || plan.optimisation().elastic());
  }

  /**
   * @param partial whether a frame may lack the truth of a task; if none may, all replicas count
   *     alike, and nothing is exchanged
   */
  TaskShares(
      Collective collective, List<Task> tasks, Normalisation normalisation, boolean partial) {
    this.collective = collective;
    this.tasks = tasks;
    this.normalisation = normalisation;
    this.partial = partial;
  }

  /**
   * A step's minibatches with their shares: among this replica's, and where truth may lack found
   * together with the other replicas. There is none of a task that nobody's have truth of.
   */
  List<Batch> share(List<Batch> minibatches) throws IOException, InterruptedException {
    if (!partial && minibatches.size() == 1) {
      return minibatches;
    }
    double[] own = new double[tasks.size() + 1]; // The last one counts minibatches.
    own[tasks.size()] = minibatches.size();
    List<double[]> counted = new ArrayList<>();
    for (Batch minibatch : minibatches) {
      counted.add(counted(minibatch));
      for (int i = 0; i < tasks.size(); i++) {
        own[i] += counted.get(counted.size() - 1)[i];
      }
    }
    double[] all = partial ? sum(own) : own;
    List<Batch> shared = new ArrayList<>();
    for (int m = 0; m < minibatches.size(); m++) {
      Map<Task, Double> shares = new EnumMap<>(Task.class);
      for (int i = 0; i < tasks.size(); i++) {
        if (all[i] > 0) {
          shares.put(tasks.get(i), counted.get(m)[i] * all[tasks.size()] / all[i]);
        }
      }
      shared.add(minibatches.get(m).sharing(shares));
    }
    return shared;
  }

  private double[] counted(Batch minibatch) {
    double[] counted = new double[tasks.size()];
    for (int i = 0; i < counted.length; i++) {
      counted[i] = tasks.get(i).definition().counted(minibatch.truths(), normalisation);
    }
    return counted;
  }

  private double[] sum(double[] own) throws IOException, InterruptedException {
    long start = System.nanoTime();
    double[] total = TaskGradients.sum(collective, own);
    nanos += System.nanoTime() - start;
    return total;
  }

  /**
   * The tasks that any replica's minibatch has truth of.
   *
   * @param minibatch any of those that {@link #share} gave
   */
  Set<Task> known(Batch minibatch) {
    return partial ? minibatch.shares().keySet() : Set.copyOf(tasks);
  }

  /** Time spent waiting for other replicas since the last call. */
  long takeNanos() {
    long taken = nanos;
    nanos = 0;
    return taken;
  }
}
