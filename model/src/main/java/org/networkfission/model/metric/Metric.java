package org.networkfission.model.metric;

import java.io.Serializable;
import java.util.OptionalDouble;
import org.networkfission.model.statistics.Convention;
import org.networkfission.model.statistics.Statistics;

/**
 * One figure that is read from statistics. A new metric is a new class and its place in {@link
 * Metrics}.
 *
 * @param <S> the statistics that it reads
 */
public interface Metric<S extends Statistics<S>> extends Serializable {
  /** The name in {@code metrics.json}, unique within a task, e.g. {@code mean-iou}. */
  String id();

  /** The name in reports, e.g. {@code mIoU}. */
  String title();

  Unit unit();

  /** Whether more is better. */
  boolean higherIsBetter();

  /** Whether the reference makes one figure of the whole split, where others are means. */
  default boolean wholeInReference() {
    return false;
  }

  /** The value; empty where the statistics hold nothing to judge. */
  OptionalDouble value(S statistics, Convention convention);
}
