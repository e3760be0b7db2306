package org.networkfission.model.task;

import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.networkfission.model.metric.Metrics;
import org.networkfission.model.statistics.DepthStatistics;
import org.networkfission.model.statistics.DistanceCounts;
import org.networkfission.prep.frame.DepthMap;

/**
 * The errors of depth.
 *
 * @param <P> what is predicted for one image
 */
final class DepthScoring<P> extends Scoring<P, DepthStatistics> {
  private static final ErrorChart CHART =
      new ErrorChart(
          "Ratios",
          "Share of pixels; the last bar holds all larger ratios.",
          "max(prediction / truth, truth / prediction)",
          1,
          2.5,
          List.of(
              new ErrorChart.Mark(1.25, "1.25"),
              new ErrorChart.Mark(1.5625, "1.25²"),
              new ErrorChart.Mark(1.953125, "1.25³")));

  private final String explanation;
  private final BiFunction<DepthMap, P, DepthMap> depth;

  /**
   * @param depth from the true depth and the prediction to depth in mm
   */
  DepthScoring(
      String id, String title, String explanation, BiFunction<DepthMap, P, DepthMap> depth) {
    super(id, title, Metrics.DEPTH);
    this.explanation = explanation;
    this.depth = depth;
  }

  @Override
  public DepthStatistics none(int classes) {
    return new DepthStatistics();
  }

  @Override
  public DepthStatistics compare(GroundTruth truth, P prediction, int classes) {
    return DepthStatistics.of(truth.depth(), depth.apply(truth.depth(), prediction));
  }

  @Override
  public String explanation() {
    return explanation;
  }

  @Override
  public DistanceCounts byDistance(DepthStatistics statistics) {
    return statistics.byDistance();
  }

  @Override
  public String rightMeans() {
    return "Share of pixels with a ratio below 1.25.";
  }

  @Override
  public Optional<ErrorHistogram> errors(DepthStatistics statistics) {
    return Optional.of(new ErrorHistogram("ratio-1", statistics.ratios()));
  }

  @Override
  public Optional<ErrorChart> errorChart() {
    return Optional.of(CHART);
  }
}
