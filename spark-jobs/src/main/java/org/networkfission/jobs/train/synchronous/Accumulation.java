package org.networkfission.jobs.train.synchronous;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.networkfission.model.backend.FlatVector;
import org.networkfission.model.graph.FissionNetwork;
import org.networkfission.model.input.Batch;
import org.networkfission.model.network.StepLosses;
import org.networkfission.model.network.StepLosses.TaskLosses;
import org.networkfission.model.network.Task;

/**
 * Several minibatches, computed one after the other, that count as one: losses and gradient are the
 * means over them. Of each the network keeps features only while it is computed, so that a step of
 * any size fits into the memory of a small one.
 *
 * <p>Batch norms take their statistics over each minibatch by itself; running statistics move by
 * the mean of what each would move them by.
 *
 * <p>Memory: the flat vector once more, where there is more than one minibatch.
 */
final class Accumulation {
  private static final int BLOCK = 1 << 16;

  private final FissionNetwork network;
  private final int minibatches;
  private final float[] sum;
  private final float[] block;
  private Optional<Batch> next = Optional.empty();

  /**
   * Makes room.
   *
   * @param minibatches of each step
   */
  Accumulation(FissionNetwork network, int minibatches) {
    this.network = network;
    this.minibatches = minibatches;
    this.sum = new float[minibatches > 1 ? network.engine().gradient().length() : 0];
    this.block = new float[minibatches > 1 ? BLOCK : 0];
  }

  /** The network whose gradient is computed. */
  FissionNetwork network() {
    return network;
  }

  /** Says which minibatch the next step begins with; empty where that is not known yet. */
  void expect(Optional<Batch> batch) {
    next = batch;
  }

  /**
   * Computes losses and the network's gradient in training mode.
   *
   * @param step as many minibatches as each step has
   * @param dropout decides what dropout drops; another number for each step and replica
   * @param factors what each task's losses are multiplied with besides their weights; 1 where a
   *     task is not named
   */
  StepLosses computeGradient(List<Batch> step, long dropout, Map<Task, Double> factors) {
    if (step.size() != minibatches) {
      throw new IllegalArgumentException(
          "Cannot accumulate %d minibatches: a step has %d".formatted(step.size(), minibatches));
    }
    List<StepLosses> losses = new ArrayList<>();
    for (int i = 0; i < minibatches; i++) {
      network.engine().expect(i + 1 < minibatches ? Optional.of(step.get(i + 1)) : next);
      losses.add(network.computeGradient(step.get(i), dropout * minibatches + i, factors));
      if (minibatches > 1) {
        add(network.engine().gradient(), i == 0);
      }
    }
    if (minibatches == 1) {
      return losses.get(0);
    }
    writeMean(network.engine().gradient());
    return mean(losses);
  }

  private void add(FlatVector gradient, boolean first) {
    for (int from = 0; from < sum.length; from += BLOCK) {
      int count = Math.min(BLOCK, sum.length - from);
      if (first) {
        gradient.read(from, FloatBuffer.wrap(sum, from, count));
      } else {
        gradient.read(from, FloatBuffer.wrap(block, 0, count));
        for (int i = 0; i < count; i++) {
          sum[from + i] += block[i];
        }
      }
    }
  }

  private void writeMean(FlatVector gradient) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] /= minibatches;
    }
    gradient.write(0, sum);
  }

  private static StepLosses mean(List<StepLosses> losses) {
    Map<Task, TaskLosses> tasks = new EnumMap<>(Task.class);
    double total = 0;
    for (StepLosses one : losses) {
      total += one.total() / losses.size();
    }
    for (Task task : losses.get(0).tasks().keySet()) {
      tasks.put(task, joined(losses.stream().map(one -> one.tasks().get(task)).toList()));
    }
    return new StepLosses(total, tasks);
  }

  /** The losses of one task over all images. */
  private static TaskLosses joined(List<TaskLosses> losses) {
    double main = 0;
    double aux1 = 0;
    double aux2 = 0;
    double peak = 0;
    for (TaskLosses one : losses) {
      main += one.main() / losses.size();
      aux1 += one.aux1() / losses.size();
      aux2 += one.aux2() / losses.size();
      peak = Math.max(peak, one.peak());
    }
    double[] images =
        losses.stream().map(TaskLosses::images).flatMapToDouble(Arrays::stream).toArray();
    return new TaskLosses(main, aux1, aux2, peak, images);
  }
}
