package org.networkfission.jobs.evaluate;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.networkfission.jobs.report.Contender;
import org.networkfission.jobs.report.PaperFigures;
import org.networkfission.jobs.report.Replicates;
import org.networkfission.jobs.report.Report;
import org.networkfission.model.evaluation.Bootstrap;
import org.networkfission.model.evaluation.ScoredFrame;
import org.networkfission.model.evaluation.TaskEvaluation;
import org.networkfission.model.metric.Metric;
import org.networkfission.model.network.Task;
import org.networkfission.model.statistics.Convention;
import org.networkfission.model.statistics.DistanceCounts;
import org.networkfission.model.statistics.LabelStatistics;
import org.networkfission.model.statistics.Statistics;
import org.networkfission.model.task.ErrorHistogram;
import org.networkfission.model.task.Scoring;
import org.networkfission.prep.settings.Product;

/** Turns what was counted into figures. */
final class ReportBuilder {
  private final Part part;
  private final List<String> classNames;
  private final int panels;

  /**
   * @param part of the whole split
   * @param panels how many frames are named as best, median and worst
   */
  ReportBuilder(Part part, List<String> classNames, int panels) {
    this.part = part;
    this.classNames = classNames;
    this.panels = panels;
  }

  /**
   * Builds the report.
   *
   * @param protocol what is not as by default, or null
   * @param exported what was judged beside the network, or null
   */
  Report build(
      Report.Data data, Report.Protocol protocol, Report.Model model, Report.Exported exported) {
    Map<String, Report.TaskReport> tasks = new LinkedHashMap<>();
    for (Task task : Task.values()) {
      task.scorings().forEach(scoring -> add(tasks, scoring));
    }
    return new Report(
        Report.SCHEMA_VERSION,
        Product.VERSION,
        data,
        protocol,
        model,
        exported,
        tasks,
        model.tasks().stream().filter(t -> !tasks.containsKey(t)).toList(),
        new Report.Corrupt(part.corrupt().rows(), part.corrupt().names()),
        PaperFigures.of(data.dataset(), model.scheme(), model.tasks()));
  }

  /** The replicates that intervals come from. */
  Replicates replicates() {
    Map<String, Map<String, List<Double>>> tasks = new LinkedHashMap<>();
    part.of(Contender.TRAINED)
        .scorings()
        .forEach((name, task) -> tasks.put(name, replicates(task)));
    return new Replicates(tasks);
  }

  private static <S extends Statistics<S>> Map<String, List<Double>> replicates(
      TaskEvaluation<S> task) {
    Map<String, List<Double>> metrics = new LinkedHashMap<>();
    for (Metric<S> metric : task.metrics()) {
      List<Double> values = new ArrayList<>();
      for (double value : task.bootstrap().values(metric)) {
        values.add(Double.isNaN(value) ? null : value);
      }
      metrics.put(metric.id(), values);
    }
    return metrics;
  }

  private <S extends Statistics<S>> void add(
      Map<String, Report.TaskReport> tasks, Scoring<?, S> scoring) {
    TaskEvaluation<S> task = part.of(Contender.TRAINED).of(scoring);
    if (task.frames() == 0) {
      return;
    }
    Map<String, Report.Figure> figures = new LinkedHashMap<>();
    for (Metric<S> metric : task.metrics()) {
      figures.put(metric.id(), figure(metric, scoring));
    }
    S pooled = task.pooled();
    Optional<LabelStatistics> confusion = scoring.confusion(pooled);
    tasks.put(
        scoring.id(),
        new Report.TaskReport(
            task.frames(),
            pooled.pixels(),
            figures,
            confusion.map(this::classes).orElse(null),
            confusion.map(ReportBuilder::confusion).orElse(null),
            scoring.errors(pooled).map(ReportBuilder::errors).orElse(null),
            distances(scoring.byDistance(pooled)),
            ranked(task.ranking().best(panels)),
            ranked(task.ranking().median(panels)),
            ranked(task.ranking().worst(panels))));
  }

  private <S extends Statistics<S>> Report.Figure figure(Metric<S> metric, Scoring<?, S> scoring) {
    TaskEvaluation<S> trained = part.of(Contender.TRAINED).of(scoring);
    Map<Contender, Double> others = new EnumMap<>(Contender.class);
    for (Contender other : EnumSet.complementOf(EnumSet.of(Contender.TRAINED))) {
      part.of(other)
          .of(scoring)
          .value(metric, Convention.POOLED)
          .ifPresent(value -> others.put(other, value));
    }
    return new Report.Figure(
        metric.title(),
        metric.unit().id(),
        metric.higherIsBetter(),
        trained.value(metric, Convention.POOLED).orElseThrow(),
        trained.value(metric, Convention.REFERENCE).orElseThrow(),
        trained.value(metric, Convention.PER_FRAME).orElseThrow(),
        Bootstrap.interval(trained.bootstrap().values(metric))
            .map(i -> List.of(i.low(), i.high()))
            .orElse(null),
        others);
  }

  private static Double orNull(OptionalDouble value) {
    return value.isPresent() ? value.getAsDouble() : null;
  }

  private List<Report.ClassFigure> classes(LabelStatistics statistics) {
    List<Report.ClassFigure> classes = new ArrayList<>();
    for (int c = 0; c < statistics.classes(); c++) {
      classes.add(
          new Report.ClassFigure(
              c,
              classNames.get(c),
              statistics.pixelsOf(c),
              orNull(statistics.iou(c)),
              orNull(statistics.accuracy(c))));
    }
    return classes;
  }

  private static List<List<Long>> confusion(LabelStatistics statistics) {
    List<List<Long>> confusion = new ArrayList<>();
    for (int c = 0; c < statistics.classes(); c++) {
      List<Long> row = new ArrayList<>();
      for (int p = 0; p < statistics.classes(); p++) {
        row.add(statistics.confusion(c, p));
      }
      confusion.add(row);
    }
    return confusion;
  }

  private static Report.Errors errors(ErrorHistogram errors) {
    List<Long> counts = new ArrayList<>();
    for (long count : errors.histogram().counts()) {
      counts.add(count);
    }
    return new Report.Errors(errors.of(), errors.histogram().width(), counts);
  }

  private static List<Report.Distance> distances(DistanceCounts counts) {
    List<Report.Distance> distances = new ArrayList<>();
    for (int bin = 0; bin < DistanceCounts.BINS; bin++) {
      distances.add(new Report.Distance(bin, counts.pixels(bin), counts.right(bin)));
    }
    return distances;
  }

  private static List<Report.RankedFrame> ranked(List<ScoredFrame> frames) {
    return frames.stream().map(f -> new Report.RankedFrame(f.frame().key(), f.score())).toList();
  }
}
