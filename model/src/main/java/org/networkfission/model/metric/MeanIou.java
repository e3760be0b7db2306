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
  public OptionalDouble value(LabelStatistics statistics, Convention convention) {
    return statistics.present().stream()
        .mapToDouble(c -> statistics.iou(c).orElseThrow())
        .average();
  }
}
