package org.networkfission.jobs.study;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.networkfission.jobs.report.Report;
import org.networkfission.model.metric.Metric;
import org.networkfission.model.metric.Unit;
import org.networkfission.model.network.Task;
import org.networkfission.model.task.Scoring;

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

  /** Every metric of every scoring of every task. */
  private static final List<Column> ALL = all();

  /** The column of a metric; empty where there is no such metric. */
  static Optional<Column> of(String metric) {
    return ALL.stream().filter(column -> column.metric.equals(metric)).findFirst();
  }

  /** The names of all metrics. */
  static List<String> names() {
    return ALL.stream().map(Column::metric).sorted().toList();
  }

  private static List<Column> all() {
    List<Column> columns = new ArrayList<>();
    Set<String> titles = new HashSet<>();
    for (Task task : Task.values()) {
      for (Scoring<?, ?> scoring : task.scorings()) {
        for (Metric<?> metric : scoring.metrics()) {
          // Depth up to scale and shift has depth's metrics: a title stands for one column.
          boolean taken = !titles.add(metric.title());
          String title = taken ? "%s (%s)".formatted(metric.title(), scoring.id()) : metric.title();
          columns.add(
              new Column(
                  scoring.id() + "/" + metric.id(), title, metric.unit(), metric.higherIsBetter()));
        }
      }
    }
    return List.copyOf(columns);
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
