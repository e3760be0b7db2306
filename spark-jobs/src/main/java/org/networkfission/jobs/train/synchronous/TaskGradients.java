package org.networkfission.jobs.train.synchronous;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.networkfission.jobs.train.collective.Collective;
import org.networkfission.jobs.train.collective.Collective.Summed;
import org.networkfission.jobs.train.collective.Slices;
import org.networkfission.jobs.train.collective.Wire;
import org.networkfission.model.backend.FlatVector;
import org.networkfission.model.network.ParameterRange;
import org.networkfission.model.network.ParameterRange.Kind;

/**
 * The gradients of a step's tasks, each by itself: their inner products over all replicas, and
 * their sum with a factor for each.
 *
 * <p>Memory: the flat vector once more, and within the scope each task's part, which is also what
 * travels.
 */
final class TaskGradients {
  private static final int BLOCK = 4096;

  private final Collective collective;
  private final List<ParameterRange> scope;
  private final List<ParameterRange> rest;
  private final int tasks;
  private final float[] sum;

  /** Element i of task k's gradient within the scope at i * tasks + k, zeros behind the last. */
  private final ByteBuffer parts;

  private final Slices slices;
  private final float[] own;
  private final float[] block = new float[BLOCK];

  /**
   * Makes room.
   *
   * @param ranges those of the flat vector
   * @param scope those of them whose products are asked for
   */
  TaskGradients(
      Collective collective, List<ParameterRange> ranges, List<ParameterRange> scope, int tasks) {
    this.collective = collective;
    this.scope = scope;
    Set<String> within = new HashSet<>();
    scope.forEach(range -> within.add(range.name()));
    this.rest = ranges.stream().filter(range -> !within.contains(range.name())).toList();
    this.tasks = tasks;
    this.sum = new float[length(ranges)];
    int perReplica = (length(scope) + collective.size() - 1) / collective.size();
    int elements = Math.multiplyExact(tasks, Math.multiplyExact(perReplica, collective.size()));
    this.parts =
        ByteBuffer.allocateDirect(Math.multiplyExact(elements, Float.BYTES))
            .order(ByteOrder.nativeOrder());
    this.slices = new Slices(elements, collective.size());
    this.own = new float[slices.length(collective.rank())];
  }

  private static int length(List<ParameterRange> ranges) {
    return ranges.stream().mapToInt(ParameterRange::length).sum();
  }

  /**
   * Takes a task's gradient in.
   *
   * @param task its place; all tasks are taken in order, from 0
   * @param factor what it counts outside the scope
   */
  void take(int task, double factor, FlatVector gradient) {
    if (task == 0) {
      Arrays.fill(sum, 0);
    }
    for (ParameterRange range : rest) {
      for (int from = 0; from < range.length(); from += BLOCK) {
        int count = Math.min(BLOCK, range.length() - from);
        int at = range.offset() + from;
        gradient.read(at, FloatBuffer.wrap(block, 0, count));
        if (range.kind() == Kind.RUNNING_STATISTIC) {
          System.arraycopy(block, 0, sum, at, count); // The same whatever the task.
        } else {
          for (int i = 0; i < count; i++) {
            sum[at + i] += (float) factor * block[i];
          }
        }
      }
    }
    FloatBuffer into = floats();
    int at = task;
    for (ParameterRange range : scope) {
      for (int from = 0; from < range.length(); from += BLOCK) {
        int count = Math.min(BLOCK, range.length() - from);
        gradient.read(range.offset() + from, FloatBuffer.wrap(block, 0, count));
        for (int i = 0; i < count; i++, at += tasks) {
          into.put(at, block[i]);
        }
      }
    }
  }

  private FloatBuffer floats() {
    return parts.duplicate().order(ByteOrder.nativeOrder()).asFloatBuffer();
  }

  /**
   * The inner products of the tasks' gradients within the scope, each the mean over the replicas;
   * the same bits on every replica.
   */
  double[][] products(long step) throws IOException, InterruptedException {
    int rank = collective.rank();
    int from = slices.from(rank);
    floats().get(from, own);
    collective.reduceScatter(Summed.TASK_GRADIENTS, step, parts, Wire.FLOAT32, 1);
    float[] sums = new float[own.length];
    floats().get(from, sums);
    floats().put(from, own); // The sum of the replicas' has been read.
    double[] mine = new double[tasks * tasks];
    for (int i = 0; i < sums.length; i += tasks) {
      for (int a = 0; a < tasks; a++) {
        for (int b = 0; b < tasks; b++) {
          mine[a * tasks + b] += (double) sums[i + a] * sums[i + b];
        }
      }
    }
    double[] all = sum(collective, mine);
    double[][] products = new double[tasks][tasks];
    double replicas = collective.size();
    for (int i = 0; i < all.length; i++) {
      products[i / tasks][i % tasks] = all[i] / (replicas * replicas);
    }
    return products;
  }

  /** Adds up everybody's numbers, in the order of ranks. */
  static double[] sum(Collective collective, double[] own)
      throws IOException, InterruptedException {
    ByteBuffer bytes = ByteBuffer.allocate(own.length * Double.BYTES);
    bytes.asDoubleBuffer().put(own);
    double[] total = new double[own.length];
    for (ByteBuffer one : collective.allGather(bytes)) {
      DoubleBuffer values = one.asDoubleBuffer();
      for (int i = 0; i < total.length; i++) {
        total[i] += values.get(i);
      }
    }
    return total;
  }

  /**
   * Writes this replica's gradient of the step.
   *
   * @param coefficients what each task's gradient counts within the scope
   */
  void combine(double[] coefficients, FlatVector gradient) {
    FloatBuffer from = floats();
    int at = 0;
    for (ParameterRange range : scope) {
      for (int i = range.offset(); i < range.offset() + range.length(); i++) {
        double total = 0;
        for (int k = 0; k < tasks; k++) {
          total += coefficients[k] * from.get(at++);
        }
        sum[i] = (float) total;
      }
    }
    gradient.write(0, sum);
  }
}
