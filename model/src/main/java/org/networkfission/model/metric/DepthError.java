package org.networkfission.model.metric;

import java.util.OptionalDouble;
import org.networkfission.model.statistics.Convention;
import org.networkfission.model.statistics.DepthStatistics;

/** The usual mean errors of depth, z against the truth y. */
enum DepthError implements Metric<DepthStatistics> {
  /** Root of the mean of (z - y)^2. */
  RMSE("rmse", "RMSE", Unit.METRES) {
    @Override
    double error(DepthStatistics statistics, Convention convention) {
      return Math.sqrt(statistics.mean(DepthStatistics.SQUARED_METRES));
    }
  },
  /** Root of the mean of (ln z - ln y)^2. */
  RMSE_LOG("rmse-log", "RMSE log", Unit.NUMBER) {
    @Override
    double error(DepthStatistics statistics, Convention convention) {
      return Math.sqrt(statistics.mean(DepthStatistics.SQUARED_LOG));
    }
  },
  /** Mean of |z - y| / y; in the reference of |z - y| / z. */
  ABS_REL("abs-rel", "abs rel", Unit.NUMBER) {
    @Override
    double error(DepthStatistics statistics, Convention convention) {
      return statistics.mean(
          convention == Convention.REFERENCE
              ? DepthStatistics.RELATIVE_TO_PREDICTION
              : DepthStatistics.RELATIVE);
    }
  },
  /** Mean of |log10 z - log10 y|. */
  LOG10("log10", "log10", Unit.NUMBER) {
    @Override
    double error(DepthStatistics statistics, Convention convention) {
      return statistics.mean(DepthStatistics.ABSOLUTE_LOG) / Math.log(10);
    }
  };

  private final String id;
  private final String title;
  private final Unit unit;

  DepthError(String id, String title, Unit unit) {
    this.id = id;
    this.title = title;
    this.unit = unit;
  }

  abstract double error(DepthStatistics statistics, Convention convention);

  @Override
  public String id() {
    return id;
  }

  @Override
  public String title() {
    return title;
  }

  @Override
  public Unit unit() {
    return unit;
  }

  @Override
  public boolean higherIsBetter() {
    return false;
  }

  @Override
  public OptionalDouble value(DepthStatistics statistics, Convention convention) {
    return statistics.pixels() == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(error(statistics, convention));
  }
}
