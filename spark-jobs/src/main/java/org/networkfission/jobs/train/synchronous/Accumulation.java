package org.networkfission.jobs.train.synchronous;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.networkfission.jobs.train.input.StepShare;
import org.networkfission.model.backend.FlatVector;
import org.networkfission.model.graph.FissionNetwork;
import org.networkfission.model.input.Batch;
import org.networkfission.model.network.StepLosses;
import org.networkfission.model.network.StepLosses.TaskLosses;
import org.networkfission.model.network.Task;

/**
 * Several minibatches, computed one after the other, that count as one: losses and gradient are the
 * means over them, or where a replica has more than another, what it gives to the mean over all. Of
 * each the network keeps features only while it is computed, so that a step of any size fits into
 * the memory of a small one.
 *
 * <p>Batch norms take their statistics over each minibatch by itself; running statistics move by
 * the mean of what each would move them by.
 *
 * <p>Memory: the flat vector once more, where there is more than one minibatch.
 */
final class Accumulation {
  private static final int BLOCK = 1 << 16;

  private final FissionNetwork network;
  private final StepShare share;
  private final float[] sum;
  private final float[] block;
  private Optional<Batch> next = Optional.empty();

  /**
   * Makes room.
   *
   * @param share which minibatches of a step are this replica's
   */
  Accumulation(FissionNetwork network, StepShare share) {
    this.network = network;
    this.share = share;
    this.sum = new float[share.isOneOfEach() ? 0 : network.engine().gradient().length()];
    this.block = new float[share.isOneOfEach() ? 0 : BLOCK];
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
   * Computes losses and the network's gradient in training mode, such that the mean over the
   * replicas is the mean over all their minibatches.
   *
   * @param minibatches those of this replica's share
   * @param step decides, with the minibatch's number, what dropout drops
   * @param factors what each task's losses are multiplied with besides their weights; 1 where a
   *     task is not named
   */
  StepLosses computeGradient(List<Batch> minibatches, long step, Map<Task, Double> factors) {
    if (minibatches.size() != share.minibatches().size()) {
      throw new IllegalArgumentException(
          "Cannot accumulate %d minibatches: a step has %d"
              .formatted(minibatches.size(), share.minibatches().size()));
    }
    List<StepLosses> losses = new ArrayList<>();
    for (int i = 0; i < minibatches.size(); i++) {
      boolean last = i == minibatches.size() - 1;
      network.engine().expect(last ? next : Optional.of(minibatches.get(i + 1)));
      long number = step * share.total() + share.first() + i;
      losses.add(network.computeGradient(minibatches.get(i), number, factors));
      if (!share.isOneOfEach()) {
        add(network.engine().gradient(), i == 0);
      }
    }
    if (share.isOneOfEach()) {
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
      sum[i] = (float) (sum[i] / share.mean());
    }
    gradient.write(0, sum);
  }

  private StepLosses mean(List<StepLosses> losses) {
    Map<Task, TaskLosses> tasks = new EnumMap<>(Task.class);
    double total = 0;
    for (StepLosses one : losses) {
      total += one.total() / share.mean();
    }
    for (Task task : losses.get(0).tasks().keySet()) {
      tasks.put(task, joined(losses.stream().map(one -> one.tasks().get(task)).toList()));
    }
    return new StepLosses(total, tasks);
  }

  /** The losses of one task over all images. */
  private TaskLosses joined(List<TaskLosses> losses) {
    double main = 0;
    double aux1 = 0;
    double aux2 = 0;
    double peak = 0;
    for (TaskLosses one : losses) {
      main += one.main() / share.mean();
      aux1 += one.aux1() / share.mean();
      aux2 += one.aux2() / share.mean();
      peak = Math.max(peak, one.peak());
    }
    double[] images =
        losses.stream().map(TaskLosses::images).flatMapToDouble(Arrays::stream).toArray();
    return new TaskLosses(main, aux1, aux2, peak, images);
  }
}
