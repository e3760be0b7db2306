package org.networkfission.model.metric;

import java.util.OptionalDouble;
import org.networkfission.model.statistics.Convention;
import org.networkfission.model.statistics.DepthStatistics;

/**
 * The share of pixels whose depth is off by less than a factor (supplement Eq. 1).
 *
 * @param power of 1.25: 1, 2 or 3
 */
record RatioBelow(int power) implements Metric<DepthStatistics> {
  private static final String[] POWERS = {"", "²", "³"};

  @Override
  public String id() {
    return power == 1 ? "below-1.25" : "below-1.25^" + power;
  }

  @Override
  public String title() {
    return "depth < 1.25" + POWERS[power - 1];
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
  public OptionalDouble value(DepthStatistics statistics, Convention convention) {
    return statistics.pixels() == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(statistics.below().share(power - 1, convention));
  }
}
