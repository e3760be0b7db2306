package org.networkfission.model.evaluation;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.networkfission.model.metric.Metric;
import org.networkfission.model.statistics.Convention;
import org.networkfission.model.statistics.ExactSum;
import org.networkfission.model.statistics.Statistics;

/**
 * How good the predictions of one task are, over all frames seen: all conventions, replicates for
 * intervals, and the best and the worst frames. Parts that saw different frames are merged exactly.
 *
 * @param <S> the statistics of the task
 */
public final class TaskEvaluation<S extends Statistics<S>> implements Serializable {
  private static final long serialVersionUID = 1;

  private final List<Metric<S>> metrics;
  private final S pooled;
  private final List<ExactSum> sums = new ArrayList<>();
  private final BatchMeans<S> batches;
  private final Bootstrap<S> bootstrap;
  private final FrameRanking ranking;
  private long frames;

  /**
   * Starts with no frames.
   *
   * @param metrics the first of them ranks the frames
   * @param replicates for confidence intervals; 0 for none
   */
  TaskEvaluation(List<Metric<S>> metrics, S empty, int replicates) {
    this.metrics = metrics;
    this.pooled = empty;
    this.batches = new BatchMeans<>(metrics, empty.empty());
    this.bootstrap = new Bootstrap<>(empty, replicates);
    this.ranking = new FrameRanking(metrics.get(0).higherIsBetter());
    metrics.forEach(m -> sums.add(new ExactSum()));
  }

  /** Adds a frame; one without a valid pixel does not count. */
  void add(FrameRef frame, S statistics) {
    batches.add(frame, statistics);
    if (statistics.pixels() == 0) {
      return;
    }
    frames++;
    pooled.add(statistics, 1);
    bootstrap.add(frame.key(), statistics);
    for (int i = 0; i < metrics.size(); i++) {
      sums.get(i).add(metrics.get(i).value(statistics, Convention.PER_FRAME).orElseThrow());
    }
    double score = metrics.get(0).value(statistics, Convention.POOLED).orElseThrow();
    ranking.add(new ScoredFrame(frame, score));
  }

  /** Adds what another part saw. */
  void add(TaskEvaluation<S> other) {
    frames += other.frames;
    pooled.add(other.pooled, 1);
    batches.add(other.batches);
    bootstrap.add(other.bootstrap);
    ranking.add(other.ranking);
    for (int i = 0; i < sums.size(); i++) {
      sums.get(i).add(other.sums.get(i), 1);
    }
  }

  /** The metrics; the first one is the headline. */
  public List<Metric<S>> metrics() {
    return metrics;
  }

  /** How many frames have a valid pixel. */
  public long frames() {
    return frames;
  }

  /** What is known of all pixels. */
  public S pooled() {
    return pooled;
  }

  /** The value of one of the metrics; empty where no frame has a valid pixel. */
  public OptionalDouble value(Metric<S> metric, Convention convention) {
    if (frames == 0) {
      return OptionalDouble.empty();
    }
    return switch (convention) {
      case POOLED -> metric.value(pooled, Convention.POOLED);
      case REFERENCE ->
          metric.wholeInReference()
              ? metric.value(pooled, Convention.REFERENCE)
              : OptionalDouble.of(batches.mean(metrics.indexOf(metric)));
      case PER_FRAME -> OptionalDouble.of(sums.get(metrics.indexOf(metric)).value() / frames);
    };
  }

  /** The replicates. */
  public Bootstrap<S> bootstrap() {
    return bootstrap;
  }

  /** The frames by quality. */
  public FrameRanking ranking() {
    return ranking;
  }
}
