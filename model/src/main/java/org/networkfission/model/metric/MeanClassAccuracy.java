package org.networkfission.model.metric;

import java.util.OptionalDouble;
import org.networkfission.model.statistics.Convention;
import org.networkfission.model.statistics.LabelStatistics;

/** The mean over the classes present of the share of their pixels that were found. */
record MeanClassAccuracy() implements Metric<LabelStatistics> {
  @Override
  public String id() {
    return "mean-class-accuracy";
  }

  @Override
  public String title() {
    return "mean class accuracy";
  }

  @Override
  public Unit unit() {
    return Unit.SHARE;
  }

  @Override
  public boolean higherIsBetter() {
    return true;
  }

  @Override
  public OptionalDouble value(LabelStatistics statistics, Convention convention) {
    return statistics.present().stream()
        .mapToDouble(c -> statistics.accuracy(c).orElseThrow())
        .average();
  }
}
