package org.networkfission.model.metric;

import java.util.OptionalDouble;
import org.networkfission.model.statistics.BoundaryCounts;
import org.networkfission.model.statistics.Convention;
import org.networkfission.model.statistics.LabelStatistics;
import org.networkfission.model.statistics.NormalStatistics;
import org.networkfission.model.statistics.Statistics;

/** The harmonic mean of precision and recall of boundary pixels. */
interface BoundaryF1<S extends Statistics<S>> extends Metric<S> {
  /** Of the boundaries between classes, the mean over the classes that have any. */
  record OfLabels() implements BoundaryF1<LabelStatistics> {
    @Override
    public BoundaryCounts counts(LabelStatistics statistics) {
      return statistics.boundaries();
    }
  }

  /** Of the edges between surfaces. */
  record OfNormals() implements BoundaryF1<NormalStatistics> {
    @Override
    public BoundaryCounts counts(NormalStatistics statistics) {
      return statistics.edges();
    }
  }

  /** The boundary pixels that are judged. */
  BoundaryCounts counts(S statistics);

  @Override
  default String id() {
    return "boundary-f1";
  }

  @Override
  default String title() {
    return "boundary F1";
  }

  @Override
  default Unit unit() {
    return Unit.SHARE;
  }

  @Override
  default boolean higherIsBetter() {
    return true;
  }

  @Override
  default OptionalDouble value(S statistics, Convention convention) {
    return statistics.pixels() == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(counts(statistics).f1());
  }
}
