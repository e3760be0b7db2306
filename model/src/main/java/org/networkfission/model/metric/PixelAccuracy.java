package org.networkfission.model.metric;

import java.util.OptionalDouble;
import org.networkfission.model.statistics.Convention;
import org.networkfission.model.statistics.LabelStatistics;

/** The share of judged pixels whose class is right. */
record PixelAccuracy() implements Metric<LabelStatistics> {
  @Override
  public String id() {
    return "pixel-accuracy";
  }

  @Override
  public String title() {
    return "pixel accuracy";
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
    long pixels = statistics.pixels();
    if (pixels == 0) {
      return OptionalDouble.empty();
    }
    long right = 0;
    for (int c = 1; c < statistics.classes(); c++) {
      right += statistics.confusion(c, c);
    }
    return OptionalDouble.of((double) right / pixels);
  }
}
