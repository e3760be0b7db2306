package org.networkfission.model.evaluation;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.networkfission.model.metric.Metric;
import org.networkfission.model.statistics.Convention;
import org.networkfission.model.statistics.ExactSum;
import org.networkfission.model.statistics.Statistics;

/**
 * Means over batches of sixteen neighbouring frames of each batch's own figures, as the authors'
 * evaluation script makes them. The last batch of a split may have fewer frames; one without a
 * valid pixel does not count. Parts that saw different frames merge exactly, wherever they are cut.
 *
 * <p>A batch is kept until all its frames have come: of an executor's part those at its edges, and
 * those that hold a row that could not be read.
 */
final class BatchMeans<S extends Statistics<S>> implements Serializable {
  private static final long serialVersionUID = 1;

  /** The authors' batch. */
  static final int FRAMES = 16;

  private final List<Metric<S>> metrics;
  private final S empty;
  private final List<ExactSum> sums = new ArrayList<>();
  private final Map<Long, Open<S>> open = new TreeMap<>();
  private long batches;

  /** A batch of which frames may still come. */
  private static final class Open<S extends Statistics<S>> implements Serializable {
    private static final long serialVersionUID = 1;

    private final S statistics;
    private int frames;

    Open(S empty) {
      statistics = empty;
    }
  }

  BatchMeans(List<Metric<S>> metrics, S empty) {
    this.metrics = metrics;
    this.empty = empty;
    metrics.forEach(m -> sums.add(new ExactSum()));
  }

  /** Adds a frame, one without a valid pixel too. */
  void add(FrameRef frame, S statistics) {
    add(frame.row() / FRAMES, statistics, 1);
  }

  /** Adds what another part saw. */
  void add(BatchMeans<S> other) {
    batches += other.batches;
    for (int i = 0; i < sums.size(); i++) {
      sums.get(i).add(other.sums.get(i), 1);
    }
    other.open.forEach((batch, part) -> add(batch, part.statistics, part.frames));
  }

  private void add(long batch, S statistics, int frames) {
    Open<S> part = open.computeIfAbsent(batch, key -> new Open<>(empty.empty()));
    part.statistics.add(statistics, 1);
    part.frames += frames;
    if (part.frames == FRAMES) {
      open.remove(batch);
      if (part.statistics.pixels() > 0) {
        batches++;
        for (int i = 0; i < sums.size(); i++) {
          sums.get(i).add(value(i, part));
        }
      }
    }
  }

  private double value(int metric, Open<S> batch) {
    return metrics.get(metric).value(batch.statistics, Convention.REFERENCE).orElseThrow();
  }

  /** The mean of a metric; there must be a valid pixel. */
  double mean(int metric) {
    ExactSum sum = new ExactSum();
    sum.add(sums.get(metric), 1);
    long count = batches;
    for (Open<S> batch : open.values()) {
      if (batch.statistics.pixels() > 0) {
        sum.add(value(metric, batch));
        count++;
      }
    }
    return sum.value() / count;
  }
}
