package org.networkfission.model.metric;

import java.util.OptionalDouble;
import org.networkfission.model.statistics.Convention;
import org.networkfission.model.statistics.NormalStatistics;

/** The mean angle between predicted and true normals. */
record MeanAngle() implements Metric<NormalStatistics> {
  @Override
  public String id() {
    return "mean-angle";
  }

  @Override
  public String title() {
    return "mean angle";
  }

  @Override
  public Unit unit() {
    return Unit.DEGREES;
  }

  @Override
  public boolean higherIsBetter() {
    return false;
  }

  @Override
  public OptionalDouble value(NormalStatistics statistics, Convention convention) {
    return statistics.pixels() == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(statistics.sum() / statistics.pixels());
  }
}
