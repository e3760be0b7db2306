package org.networkfission.model.metric;

import java.util.OptionalDouble;
import org.networkfission.model.statistics.Convention;
import org.networkfission.model.statistics.NormalStatistics;

/**
 * The share of normals that are off by less than a threshold (supplement Eq. 2).
 *
 * @param threshold index into {@link NormalStatistics#THRESHOLDS}
 */
record AngleBelow(int threshold) implements Metric<NormalStatistics> {
  @Override
  public String id() {
    return "below-" + degrees();
  }

  @Override
  public String title() {
    return "normals < %s°".formatted(degrees());
  }

  private String degrees() {
    double degrees = NormalStatistics.THRESHOLDS.get(threshold);
    return degrees == Math.rint(degrees)
        ? Integer.toString((int) degrees)
        : Double.toString(degrees);
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
  public OptionalDouble value(NormalStatistics statistics, Convention convention) {
    return statistics.pixels() == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(statistics.below().share(threshold, convention));
  }
}
