package org.networkfission.model.task;

import java.util.List;
import java.util.Optional;
import org.networkfission.model.metric.Metric;
import org.networkfission.model.statistics.DistanceCounts;
import org.networkfission.model.statistics.LabelStatistics;
import org.networkfission.model.statistics.Statistics;

/**
 * One way in which predictions of a task are scored, and the section of a report that tells of it.
 *
 * @param <P> what is predicted for one image
 * @param <S> what is counted
 */
public abstract class Scoring<P, S extends Statistics<S>> {
  private final String id;
  private final String title;
  private final List<Metric<S>> metrics;

  /**
   * @param id the name in {@code metrics.json}, e.g. {@code aligned-depth}
   * @param title of the section
   * @param metrics the first of them is the headline and ranks frames
   */
  Scoring(String id, String title, List<Metric<S>> metrics) {
    this.id = id;
    this.title = title;
    this.metrics = List.copyOf(metrics);
  }

  /** The name in {@code metrics.json}, unique among all tasks, e.g. {@code aligned-depth}. */
  public String id() {
    return id;
  }

  /** The title of its section in reports. */
  public String title() {
    return title;
  }

  /** The metrics; the first of them is the headline and ranks frames. */
  public List<Metric<S>> metrics() {
    return metrics;
  }

  /**
   * Statistics of no pixels.
   *
   * @param classes number of classes, void included
   */
  public abstract S none(int classes);

  /**
   * Compares a prediction with the truth.
   *
   * @param classes number of classes, void included
   * @throws IllegalArgumentException if sizes differ or a value is not finite
   */
  public abstract S compare(GroundTruth truth, P prediction, int classes);

  /** What a reader of the figures must know; may be empty. */
  public String explanation() {
    return "";
  }

  /** Pixels by distance, and how many of them are right. */
  public abstract DistanceCounts byDistance(S statistics);

  /** What {@link #byDistance} calls right. */
  public abstract String rightMeans();

  /** Pixels by true and predicted class; empty where there are no classes. */
  public Optional<LabelStatistics> confusion(S statistics) {
    return Optional.empty();
  }

  /** How often each error occurs; empty where errors have no size. */
  public Optional<ErrorHistogram> errors(S statistics) {
    return Optional.empty();
  }

  /** How {@link #errors} are drawn; empty where errors have no size. */
  public Optional<ErrorChart> errorChart() {
    return Optional.empty();
  }
}
