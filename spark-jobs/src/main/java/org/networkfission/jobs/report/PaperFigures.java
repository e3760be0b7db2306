package org.networkfission.jobs.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.networkfission.jobs.report.Report.Published;
import org.networkfission.model.metric.Metric;
import org.networkfission.model.metric.Unit;
import org.networkfission.model.network.Task;
import org.networkfission.model.task.PaperFigure;
import org.networkfission.model.task.Scoring;

/** The rows of the paper's supplement, put together from what each task knows of them. */
public final class PaperFigures {
  private static final double PERCENT = 100;

  private PaperFigures() {}

  /** A printed row: one network, or one for each task, in one table. */
  private record Printed(String source, String network, Optional<String> scheme) {}

  /**
   * What can stand beside a network's figures: those of one network per task, and those of several
   * tasks under the same scheme, where the network has them all.
   *
   * @return empty where the supplement has nothing for the data set
   */
  public static List<Published> of(String dataset, String scheme, List<String> tasks) {
    Map<Printed, Map<Task, PaperFigure>> rows = new LinkedHashMap<>();
    for (Task task : Task.values()) {
      for (PaperFigure figure : task.definition().paper()) {
        if (figure.dataset().equals(dataset) && figure.scheme().orElse(scheme).equals(scheme)) {
          rows.computeIfAbsent(
                  new Printed(figure.source(), figure.network(), figure.scheme()),
                  row -> new LinkedHashMap<>())
              .put(task, figure);
        }
      }
    }
    List<Published> published = new ArrayList<>();
    rows.forEach(
        (row, figures) -> {
          boolean all = figures.keySet().stream().allMatch(task -> tasks.contains(task.id()));
          figures.keySet().removeIf(task -> !tasks.contains(task.id()));
          if (!figures.isEmpty() && (all || row.scheme().isEmpty())) {
            published.add(published(row, figures));
          }
        });
    published.sort(Comparator.comparing(Published::source));
    return published;
  }

  private static Published published(Printed row, Map<Task, PaperFigure> figures) {
    Map<String, Double> values = new LinkedHashMap<>();
    figures.forEach((task, figure) -> add(task.scorings().get(0), figure, values));
    String network = row.scheme().map(s -> s + ", ").orElse("") + row.network();
    return new Published("supplement, " + row.source(), network, values);
  }

  private static void add(Scoring<?, ?> scoring, PaperFigure figure, Map<String, Double> values) {
    for (Metric<?> metric : scoring.metrics()) {
      Double value = figure.values().get(metric.id());
      if (value != null) {
        // Shares are printed in percent.
        values.put(
            scoring.id() + "/" + metric.id(),
            metric.unit() == Unit.SHARE ? value / PERCENT : value);
      }
    }
  }
}
