package org.networkfission.jobs.train.log;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.networkfission.model.network.StepLosses;
import org.networkfission.model.network.Task;

/** Means of the losses over steps, and then over replicas; and how large the outputs were. */
public final class LossMeans {
  /** The key of the weighted sum. */
  public static final String TOTAL = "total";

  private final List<Task> tasks;
  private final double[] sums;
  private final double[] peaks;
  private int steps;

  /** Total first, then the tasks' main losses in their order. */
  public LossMeans(List<Task> tasks) {
    this.tasks = tasks;
    this.sums = new double[1 + tasks.size()];
    this.peaks = new double[tasks.size()];
  }

  public void add(StepLosses losses) {
    steps++;
    sums[0] += losses.total();
    for (int i = 0; i < tasks.size(); i++) {
      sums[1 + i] += losses.tasks().get(tasks.get(i)).main();
      peaks[i] = Math.max(peaks[i], losses.tasks().get(tasks.get(i)).peak());
    }
  }

  /** How many steps the means are over. */
  public int steps() {
    return steps;
  }

  /** The means and the peaks so far, to be gathered; begins anew. */
  public ByteBuffer take() {
    ByteBuffer bytes = ByteBuffer.allocate((sums.length + peaks.length) * Double.BYTES);
    for (int i = 0; i < sums.length; i++) {
      bytes.putDouble(sums[i] / steps);
      sums[i] = 0;
    }
    for (int i = 0; i < peaks.length; i++) {
      bytes.putDouble(peaks[i]);
      peaks[i] = 0;
    }
    steps = 0;
    return bytes.flip();
  }

  /** The mean of what all replicas gave: the total under {@link #TOTAL}, the tasks by name. */
  public Map<String, Double> mean(List<ByteBuffer> all) {
    Map<String, Double> means = new LinkedHashMap<>();
    for (int i = 0; i < sums.length; i++) {
      double sum = 0;
      for (ByteBuffer one : all) {
        sum += one.getDouble(one.position() + i * Double.BYTES);
      }
      means.put(i == 0 ? TOTAL : tasks.get(i - 1).id(), sum / all.size());
    }
    return means;
  }

  /** The largest absolute value of each task's output, by name, among what all replicas gave. */
  public Map<String, Double> peaks(List<ByteBuffer> all) {
    Map<String, Double> largest = new LinkedHashMap<>();
    for (int i = 0; i < peaks.length; i++) {
      for (ByteBuffer one : all) {
        double peak = one.getDouble(one.position() + (sums.length + i) * Double.BYTES);
        largest.merge(tasks.get(i).id(), peak, Math::max);
      }
    }
    return largest;
  }
}
