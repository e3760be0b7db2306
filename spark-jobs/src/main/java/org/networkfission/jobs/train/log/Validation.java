package org.networkfission.jobs.train.log;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.networkfission.model.evaluation.Evaluation;
import org.networkfission.model.evaluation.TaskEvaluation;
import org.networkfission.model.metric.Metric;
import org.networkfission.model.network.Task;
import org.networkfission.model.statistics.Convention;
import org.networkfission.model.statistics.Statistics;

/**
 * How good the network is on the validation sample after a step; also a line of the run's log.
 *
 * @param step steps done
 * @param frames how many were predicted
 * @param score the mean over the tasks of each one's first metric (mIoU, normals below 30 degrees,
 *     depth below 1.25), 0 to 1
 * @param best whether no step before had a higher score
 * @param tasks every metric over all pixels, by task and metric, as in {@code metrics.json}
 * @param datasets the same of each data set's frames; empty where there is one data set
 */
public record Validation(
    long step,
    long frames,
    double score,
    boolean best,
    Map<String, Map<String, Double>> tasks,
    Map<String, Map<String, Map<String, Double>>> datasets) {
  public Validation {
    datasets = datasets == null ? Map.of() : datasets; // Lines of earlier versions have none.
  }

  /** Of one data set. */
  public static Validation of(long step, Evaluation evaluation, OptionalDouble bestBefore) {
    return of(step, evaluation, Map.of(), bestBefore);
  }

  /**
   * Of several.
   *
   * @param evaluation over the frames of all of them
   * @param bySource over each one's; empty where there is one
   */
  public static Validation of(
      long step,
      Evaluation evaluation,
      Map<String, Evaluation> bySource,
      OptionalDouble bestBefore) {
    Map<String, Map<String, Double>> tasks = values(evaluation);
    double score =
        tasks.entrySet().stream()
            .filter(task -> Task.isHeadline(task.getKey()))
            .mapToDouble(task -> task.getValue().values().iterator().next())
            .average()
            .orElse(0);
    long frames =
        evaluation.scorings().values().stream().mapToLong(TaskEvaluation::frames).max().orElse(0);
    boolean best = bestBefore.isEmpty() || score > bestBefore.getAsDouble();
    Map<String, Map<String, Map<String, Double>>> datasets = new LinkedHashMap<>();
    bySource.forEach((name, own) -> datasets.put(name, values(own)));
    return new Validation(step, frames, score, best, tasks, datasets);
  }

  private static Map<String, Map<String, Double>> values(Evaluation evaluation) {
    Map<String, Map<String, Double>> tasks = new LinkedHashMap<>();
    evaluation.scorings().forEach((name, task) -> tasks.put(name, values(task)));
    return tasks;
  }

  private static <S extends Statistics<S>> Map<String, Double> values(TaskEvaluation<S> task) {
    Map<String, Double> values = new LinkedHashMap<>();
    for (Metric<S> metric : task.metrics()) {
      task.value(metric, Convention.POOLED).ifPresent(value -> values.put(metric.id(), value));
    }
    return values;
  }

  /** The same by TensorBoard tags. */
  Map<String, Double> scalars() {
    Map<String, Double> scalars = new LinkedHashMap<>();
    scalars.put("validation/score", score);
    tasks.forEach(
        (task, metrics) ->
            metrics.forEach(
                (metric, value) -> scalars.put("validation/%s/%s".formatted(task, metric), value)));
    datasets.forEach(
        (dataset, own) ->
            own.forEach(
                (task, metrics) ->
                    metrics.forEach(
                        (metric, value) ->
                            scalars.put(
                                "validation/%s/%s/%s".formatted(dataset, task, metric), value))));
    return scalars;
  }

  /** The lines for the console that tell of each data set; none where there is one. */
  List<String> datasetLines() {
    return datasets.entrySet().stream()
        .map(e -> "  of %s: %s".formatted(e.getKey(), firsts(e.getValue())))
        .toList();
  }

  /** The line for the console: each task's first metric. */
  String line() {
    return String.format(
        Locale.ROOT,
        "validation at step %d on %d frames: %s; score %.1f %%%s",
        step,
        frames,
        firsts(tasks),
        100 * score,
        best ? ", the best so far" : "");
  }

  private static String firsts(Map<String, Map<String, Double>> tasks) {
    return tasks.entrySet().stream()
        .filter(task -> Task.isHeadline(task.getKey()))
        .map(
            task -> {
              Map.Entry<String, Double> first = task.getValue().entrySet().iterator().next();
              return String.format(
                  Locale.ROOT,
                  "%s %s %.1f %%",
                  task.getKey(),
                  first.getKey(),
                  100 * first.getValue());
            })
        .collect(Collectors.joining(", "));
  }
}
