package org.networkfission.jobs.train.log;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.networkfission.model.network.StepLosses;
import org.networkfission.model.network.Task;

/**
 * Means of the losses over steps, and then over replicas; and how large the outputs were. Of each
 * data set too, where there are several: over its images.
 */
public final class LossMeans {
  /** The key of the weighted sum. */
  public static final String TOTAL = "total";

  private final List<Task> tasks;
  private final List<String> sources;
  private final double[] sums;

  /** In how many steps there was truth; in all, of the total. */
  private final int[] known;

  private final double[] peaks;

  /** By data set, then by task: the sum over images, and how many there were. */
  private final double[] imageSums;

  private final double[] images;
  private int steps;

  /**
   * Total first, then the tasks' main losses in their order.
   *
   * @param sources the names of the data sets
   */
  public LossMeans(List<Task> tasks, List<String> sources) {
    this.tasks = tasks;
    this.sources = sources;
    this.sums = new double[1 + tasks.size()];
    this.known = new int[1 + tasks.size()];
    this.peaks = new double[tasks.size()];
    this.imageSums = new double[sources.size() * tasks.size()];
    this.images = new double[sources.size() * tasks.size()];
  }

  /**
   * Adds a step.
   *
   * @param knownTasks those that any replica's minibatch has truth of
   * @param sourceOf which data set each image comes from
   */
  public void add(StepLosses losses, Set<Task> knownTasks, List<Integer> sourceOf) {
    steps++;
    sums[0] += losses.total();
    known[0]++;
    for (int i = 0; i < tasks.size(); i++) {
      StepLosses.TaskLosses task = losses.tasks().get(tasks.get(i));
      if (knownTasks.contains(tasks.get(i))) {
        sums[1 + i] += task.main();
        known[1 + i]++;
      }
      peaks[i] = Math.max(peaks[i], task.peak());
      for (int image = 0; image < task.images().length; image++) {
        double loss = task.images()[image];
        if (!Double.isNaN(loss)) {
          imageSums[sourceOf.get(image) * tasks.size() + i] += loss;
          images[sourceOf.get(image) * tasks.size() + i]++;
        }
      }
    }
  }

  /** How many steps the means are over. */
  public int steps() {
    return steps;
  }

  /** The means and the peaks so far, to be gathered; begins anew. */
  public ByteBuffer take() {
    int values = sums.length + peaks.length + imageSums.length + images.length;
    ByteBuffer bytes = ByteBuffer.allocate(values * Double.BYTES);
    for (int i = 0; i < sums.length; i++) {
      bytes.putDouble(sums[i] / known[i]);
      sums[i] = 0;
      known[i] = 0;
    }
    for (double[] each : List.of(peaks, imageSums, images)) {
      for (int i = 0; i < each.length; i++) {
        bytes.putDouble(each[i]);
        each[i] = 0;
      }
    }
    steps = 0;
    return bytes.flip();
  }

  private static double value(ByteBuffer one, int index) {
    return one.getDouble(one.position() + index * Double.BYTES);
  }

  /**
   * The mean of what all replicas gave: the total under {@link #TOTAL}, the tasks by name, but for
   * those that there was no truth of.
   */
  public Map<String, Double> mean(List<ByteBuffer> all) {
    Map<String, Double> means = new LinkedHashMap<>();
    for (int i = 0; i < sums.length; i++) {
      double sum = 0;
      for (ByteBuffer one : all) {
        sum += value(one, i);
      }
      if (!Double.isNaN(sum)) {
        means.put(i == 0 ? TOTAL : tasks.get(i - 1).id(), sum / all.size());
      }
    }
    return means;
  }

  /** The largest absolute value of each task's output, by name, among what all replicas gave. */
  public Map<String, Double> peaks(List<ByteBuffer> all) {
    Map<String, Double> largest = new LinkedHashMap<>();
    for (int i = 0; i < peaks.length; i++) {
      for (ByteBuffer one : all) {
        largest.merge(tasks.get(i).id(), value(one, sums.length + i), Math::max);
      }
    }
    return largest;
  }

  /**
   * By data set and task, the mean over its images of what all replicas gave, each image's the mean
   * over its pixels; nothing where there is one data set.
   */
  public Map<String, Map<String, Double>> bySource(List<ByteBuffer> all) {
    Map<String, Map<String, Double>> means = new LinkedHashMap<>();
    if (sources.size() == 1) {
      return means;
    }
    int first = sums.length + peaks.length;
    for (int source = 0; source < sources.size(); source++) {
      Map<String, Double> own = new LinkedHashMap<>();
      for (int i = 0; i < tasks.size(); i++) {
        int at = source * tasks.size() + i;
        double sum = 0;
        double count = 0;
        for (ByteBuffer one : all) {
          sum += value(one, first + at);
          count += value(one, first + imageSums.length + at);
        }
        if (count > 0) {
          own.put(tasks.get(i).id(), sum / count);
        }
      }
      means.put(sources.get(source), own);
    }
    return means;
  }
}
