package org.networkfission.model.metric;

import java.util.List;
import org.networkfission.model.statistics.DepthStatistics;
import org.networkfission.model.statistics.LabelStatistics;
import org.networkfission.model.statistics.NormalStatistics;

/** The metrics of each task; the first one is the task's headline. */
public final class Metrics {
  /** Of semantic labels. */
  public static final List<Metric<LabelStatistics>> LABELS =
      List.of(
          new MeanIou(), new PixelAccuracy(), new MeanClassAccuracy(), new BoundaryF1.OfLabels());

  /** Of surface normals. */
  public static final List<Metric<NormalStatistics>> NORMALS =
      List.of(
          new AngleBelow(2),
          new AngleBelow(1),
          new AngleBelow(0),
          new MeanAngle(),
          new MedianAngle(),
          new BoundaryF1.OfNormals());

  /** Of depth, metric or aligned. */
  public static final List<Metric<DepthStatistics>> DEPTH =
      List.of(
          new RatioBelow(1),
          new RatioBelow(2),
          new RatioBelow(3),
          DepthError.RMSE,
          DepthError.RMSE_LOG,
          DepthError.ABS_REL,
          DepthError.LOG10);

  private Metrics() {}
}
