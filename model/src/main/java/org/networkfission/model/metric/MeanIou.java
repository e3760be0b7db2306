package org.networkfission.model.metric;

import java.util.OptionalDouble;
import org.networkfission.model.statistics.Convention;
import org.networkfission.model.statistics.LabelStatistics;

/** The mean over the classes present of intersection over union (supplement Eq. 3). */
record MeanIou() implements Metric<LabelStatistics> {
  @Override
  public String id() {
    return "mean-iou";
  }

  @Override
  public String title() {
    return "mIoU";
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
  public boolean wholeInReference() {
    return true;
  }

  /** The reference divides by all classes but void: one that the truth does not show counts 0. */
  @Override
  public OptionalDouble value(LabelStatistics statistics, Convention convention) {
    if (convention == Convention.REFERENCE && statistics.pixels() > 0) {
      double sum = 0;
      for (int c : statistics.present()) {
        sum += statistics.iou(c).orElseThrow();
      }
      return OptionalDouble.of(sum / (statistics.classes() - 1));
    }
    return statistics.present().stream()
        .mapToDouble(c -> statistics.iou(c).orElseThrow())
        .average();
  }
}
