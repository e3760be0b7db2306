package org.networkfission.jobs.study;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.networkfission.jobs.report.Report;
import org.networkfission.model.metric.Metric;
import org.networkfission.model.metric.Metrics;
import org.networkfission.model.metric.Unit;

/**
 * A column of a study's table.
 *
 * @param metric task and metric, such as {@code labels/mean-iou}
 * @param title as the table shows it
 * @param unit share, degrees, metres or number
 * @param higherIsBetter whether more is better
 */
record Column(String metric, String title, Unit unit, boolean higherIsBetter) {
  private static final double PERCENT = 100;
  private static final Map<String, List<? extends Metric<?>>> METRICS =
      Map.of("labels", Metrics.LABELS, "normals", Metrics.NORMALS, "depth", Metrics.DEPTH);

  /** The column of a metric; empty where there is no such metric. */
  static Optional<Column> of(String metric) {
    return all().filter(column -> column.metric.equals(metric)).findFirst();
  }

  /** The names of all metrics. */
  static List<String> names() {
    return all().map(Column::metric).sorted().toList();
  }

  private static Stream<Column> all() {
    return METRICS.entrySet().stream()
        .flatMap(
            task ->
                task.getValue().stream()
                    .map(
                        m ->
                            new Column(
                                task.getKey() + "/" + m.id(),
                                m.title(),
                                m.unit(),
                                m.higherIsBetter())));
  }

  /** A value of a report as the table shows it: shares in percent. */
  double shown(double value) {
    return unit == Unit.SHARE ? PERCENT * value : value;
  }

  /** The row's figure; empty where the report has none. */
  Optional<Report.Figure> figure(Report report) {
    String[] parts = metric.split("/", 2);
    return Optional.ofNullable(report.tasks().get(parts[0])).map(t -> t.metrics().get(parts[1]));
  }

  /** A shown value as text. */
  String text(double shown) {
    return String.format(Locale.ROOT, unit == Unit.METRES ? "%.3f" : "%.1f", shown);
  }

  /** A shown value with its unit. */
  String textWithUnit(double shown) {
    return switch (unit) {
      case SHARE -> text(shown) + " %";
      case DEGREES -> text(shown) + "°";
      case METRES -> text(shown) + " m";
      case NUMBER -> text(shown);
    };
  }
}
