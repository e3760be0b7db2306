package org.networkfission.jobs.train.log;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.networkfission.jobs.report.Curves;
import org.networkfission.jobs.report.Curves.Point;
import org.networkfission.jobs.report.Curves.Series;
import org.networkfission.jobs.report.Html;
import org.networkfission.jobs.report.Provenance;

/**
 * {@code training.html}: the curves of a run, from its log. One file that needs no network, for a
 * desktop or a phone.
 */
public final class TrainingPage {
  /** The file's name within the run's output folder. */
  public static final String FILE_NAME = "training.html";

  private static final int MOST_ROWS = 20;

  private final List<ProgressLine> progress;
  private final List<Validation> validations;
  private final StringBuilder page = new StringBuilder();

  private TrainingPage(List<ProgressLine> progress, List<Validation> validations) {
    this.progress = progress;
    this.validations = validations;
  }

  /**
   * Writes the page.
   *
   * @param name of the run
   * @param end how it ended, in words
   * @param progress by step
   * @param validations by step; empty where the run does not validate
   */
  public static String of(
      String name,
      String end,
      List<ProgressLine> progress,
      List<Validation> validations,
      Provenance provenance) {
    return new TrainingPage(progress, validations).write(name, end, provenance);
  }

  private String write(String name, String end, Provenance provenance) {
    page.append(
        """
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <link rel="icon" href="data:,">
        <title>Training: %s</title>
        <style>
        %s</style></head><body><main>
        <h1>Training of %s</h1>
        <p class="soft">%s</p>
        """
            .formatted(Html.escape(name), Html.style(), Html.escape(name), Html.escape(end)));
    if (progress.isEmpty()) {
      page.append("<p class=\"note\">The run ended before its first progress line.</p>\n");
    } else {
      cards();
      losses();
      if (!validations.isEmpty()) {
        validation();
      }
      course();
    }
    provenance(provenance);
    return page.append("</main></body></html>\n").toString();
  }

  private void cards() {
    ProgressLine last = progress.get(progress.size() - 1);
    page.append("<div class=\"cards\">\n");
    card(
        "Steps",
        format("%,d", last.step()),
        format("of %,d, epoch %d", last.steps(), last.epoch()));
    card(
        "Loss",
        format("%.4g", last.loss()),
        format("%.4g at step %,d", first().loss(), first().step()));
    best()
        .ifPresent(
            one ->
                card(
                    "Best validation score",
                    format("%.1f %%", 100 * one.score()),
                    format("at step %,d, %,d frames", one.step(), one.frames())));
    double seconds =
        progress.stream().mapToDouble(ProgressLine::secondsPerStep).average().orElse(0);
    card(
        "Seconds per step",
        format("%.3g", seconds),
        format("%.3g examples a second at the end", last.examplesPerSecond()));
    page.append("</div>\n");
  }

  private ProgressLine first() {
    return progress.get(0);
  }

  private Optional<Validation> best() {
    return validations.stream().filter(Validation::best).reduce((a, b) -> b);
  }

  private void card(String name, String value, String more) {
    page.append(
        "<div class=\"card\"><div class=\"name\">%s</div><div class=\"big\">%s</div><div class=\"soft\">%s</div></div>\n"
            .formatted(Html.escape(name), Html.escape(value), Html.escape(more)));
  }

  private void losses() {
    begin("losses", "Losses", "Means over the replicas and the steps since the line before.");
    chart(
        "Total", "The weighted sum, auxiliary heads included.", curve("total", ProgressLine::loss));
    for (String task : tasks()) {
      chart(
          capital(task),
          "Of the main head, unweighted.",
          curve(task, one -> one.losses().getOrDefault(task, Double.NaN)));
    }
    datasets();
    weights();
    page.append("</div>\n");
  }

  /** Those that any line tells of: where truth is missing, the first lines may lack one. */
  private Set<String> tasks() {
    Set<String> tasks = new LinkedHashSet<>();
    progress.forEach(one -> tasks.addAll(one.losses().keySet()));
    return tasks;
  }

  /** A chart of each task with a curve of each data set that has its truth. */
  private void datasets() {
    Set<String> datasets = new LinkedHashSet<>();
    progress.forEach(one -> datasets.addAll(one.datasets().keySet()));
    for (String task : datasets.isEmpty() ? Set.<String>of() : tasks()) {
      List<Series> curves = new ArrayList<>();
      for (String dataset : datasets) {
        curves.addAll(
            curve(
                dataset,
                one ->
                    one.datasets().getOrDefault(dataset, Map.of()).getOrDefault(task, Double.NaN)));
      }
      curves.removeIf(curve -> curve.points().isEmpty());
      chart(
          capital(task) + " by data set",
          "The mean over each data set’s images, each the mean over its valid pixels.",
          curves);
    }
  }

  private void weights() {
    List<Series> weights = new ArrayList<>();
    for (String task : first().weights().keySet()) {
      weights.addAll(curve(task, one -> one.weights().getOrDefault(task, Double.NaN)));
    }
    if (!weights.isEmpty()) {
      chart(
          "Weights of the tasks",
          "What each task’s losses weighed in the step before the line, as losses.balance found it.",
          weights);
    }
  }

  private void validation() {
    begin(
        "validation",
        "Validation",
        "On a sample of a split that is not trained on. The score is the mean of the tasks’ first metrics.");
    chart(
        "Score",
        "0 to 1; the checkpoint of the highest is kept.",
        List.of(series("score", Validation::score)));
    for (Map.Entry<String, Map<String, Double>> task : validations.get(0).tasks().entrySet()) {
      String metric = task.getValue().keySet().iterator().next();
      chart(
          capital(task.getKey()) + ": " + metric,
          "A share, 0 to 1.",
          List.of(series(metric, one -> value(one, task.getKey(), metric))));
      validationOfDatasets(task.getKey(), metric);
    }
    page.append("</div>\n");
    table();
  }

  private void validationOfDatasets(String task, String metric) {
    List<Series> curves = new ArrayList<>();
    for (String dataset : validations.get(0).datasets().keySet()) {
      curves.add(
          series(
              dataset,
              one ->
                  one.datasets()
                      .getOrDefault(dataset, Map.of())
                      .getOrDefault(task, Map.of())
                      .getOrDefault(metric, Double.NaN)));
    }
    curves.removeIf(curve -> curve.points().isEmpty());
    if (!curves.isEmpty()) {
      chart(capital(task) + " by data set: " + metric, "A share, 0 to 1.", curves);
    }
  }

  private static double value(Validation validation, String task, String metric) {
    return validation.tasks().getOrDefault(task, Map.of()).getOrDefault(metric, Double.NaN);
  }

  private void table() {
    List<String> columns = new ArrayList<>();
    validations
        .get(0)
        .tasks()
        .forEach((task, metrics) -> metrics.keySet().forEach(m -> columns.add(task + "/" + m)));
    page.append(
        "<details><summary>All metrics</summary><div class=\"scroll\"><table><thead><tr><th>metric</th>");
    List<Validation> shown =
        validations.subList(Math.max(0, validations.size() - MOST_ROWS), validations.size());
    shown.forEach(
        one -> page.append(format("<th>step %,d%s</th>", one.step(), one.best() ? " ★" : "")));
    page.append("</tr></thead><tbody>\n");
    for (String column : columns) {
      int slash = column.indexOf('/');
      page.append("<tr><td>").append(Html.escape(column)).append("</td>");
      for (Validation one : shown) {
        double value = value(one, column.substring(0, slash), column.substring(slash + 1));
        page.append("<td class=\"soft\">")
            .append(Double.isNaN(value) ? "–" : format("%.4f", value))
            .append("</td>");
      }
      page.append("</tr>\n");
    }
    page.append(
        "</tbody></table></div><p class=\"soft\">★ was the best so far. %s</p></details>\n"
            .formatted(
                shown.size() < validations.size()
                    ? "The last %d of %d.".formatted(shown.size(), validations.size())
                    : ""));
  }

  private void course() {
    begin("course", "Course", "As replica 0 saw it.");
    chart(
        "Learning rate", "Of the step before the line.", curve("rate", ProgressLine::learningRate));
    chart(
        "Gradient norm",
        "Of the mean gradient over the replicas, before clipping.",
        curve("norm", ProgressLine::gradientNorm));
    List<Series> phases = new ArrayList<>();
    for (String phase : first().shares().keySet()) {
      phases.addAll(
          curve(phase, one -> one.shares().getOrDefault(phase, 0.0) * one.secondsPerStep()));
    }
    if (!phases.isEmpty()) { // Gradient sharing has none.
      page.append(
          figure(
              "Time by phase",
              Curves.stack("Seconds per step by phase", phases),
              "Seconds per step. Exchange holds the waiting for slower replicas."));
    }
    chart(
        "Examples a second",
        "All replicas together.",
        curve("examples", ProgressLine::examplesPerSecond));
    page.append("</div>\n");
  }

  private void begin(String id, String title, String about) {
    page.append(
        "<h2 id=\"%s\">%s</h2>\n<p class=\"soft\">%s</p>\n<div class=\"charts\">\n"
            .formatted(id, title, Html.escape(about)));
  }

  private List<Series> curve(String name, ToDoubleFunction<ProgressLine> value) {
    List<Point> points = new ArrayList<>();
    for (ProgressLine one : progress) {
      if (Double.isFinite(value.applyAsDouble(one))) {
        points.add(new Point(one.step(), value.applyAsDouble(one)));
      }
    }
    return List.of(new Series(name, points));
  }

  private Series series(String name, ToDoubleFunction<Validation> value) {
    List<Point> points = new ArrayList<>();
    for (Validation one : validations) {
      if (Double.isFinite(value.applyAsDouble(one))) {
        points.add(new Point(one.step(), value.applyAsDouble(one)));
      }
    }
    return new Series(name, points);
  }

  private void chart(String title, String caption, List<Series> series) {
    page.append(figure(title, Curves.lines(title, series), caption));
  }

  private static String figure(String title, String svg, String caption) {
    return "<figure class=\"card\"><h3>%s</h3>%s<figcaption>%s</figcaption></figure>\n"
        .formatted(Html.escape(title), svg, Html.escape(caption));
  }

  private static String capital(String word) {
    return word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
  }

  private void provenance(Provenance provenance) {
    page.append("<h2 id=\"provenance\">Provenance</h2>\n<table class=\"facts\">\n");
    provenance
        .facts()
        .forEach(
            (what, value) ->
                page.append(
                    "<tr><td>%s</td><td>%s</td></tr>\n"
                        .formatted(Html.escape(what), Html.escape(value))));
    page.append(
        "</table>\n<details><summary>Configuration</summary><pre>%s</pre></details>\n"
            .formatted(Html.escape(provenance.configuration().toPrettyString())));
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
