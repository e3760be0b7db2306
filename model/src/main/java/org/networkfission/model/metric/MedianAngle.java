package org.networkfission.model.metric;

import java.util.OptionalDouble;
import org.networkfission.model.statistics.Convention;
import org.networkfission.model.statistics.NormalStatistics;

/** The median angle between predicted and true normals, from a histogram: within 0.1 degrees. */
record MedianAngle() implements Metric<NormalStatistics> {
  @Override
  public String id() {
    return "median-angle";
  }

  @Override
  public String title() {
    return "median angle";
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
    return statistics.angles().median();
  }
}
