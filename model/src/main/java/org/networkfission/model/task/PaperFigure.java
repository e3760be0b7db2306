package org.networkfission.model.task;

import java.util.Map;
import java.util.Optional;

/**
 * What the paper's supplement prints of a task for one network, balanced losses.
 *
 * @param dataset that was trained and tested on, e.g. {@code scenenet}
 * @param source the table
 * @param network what was trained, in words
 * @param scheme at which the decoder splits; empty for a network of this task alone
 * @param values by metric of the task's first scoring, as printed: shares in percent
 */
public record PaperFigure(
    String dataset,
    String source,
    String network,
    Optional<String> scheme,
    Map<String, Double> values) {
  /** Of a network for the task alone. */
  static PaperFigure alone(String dataset, String source, Map<String, Double> values) {
    return new PaperFigure(dataset, source, "one network per task", Optional.empty(), values);
  }

  /** Of a network for several tasks. */
  static PaperFigure shared(
      String dataset, String source, String network, String scheme, Map<String, Double> values) {
    return new PaperFigure(dataset, source, network, Optional.of(scheme), values);
  }
}
