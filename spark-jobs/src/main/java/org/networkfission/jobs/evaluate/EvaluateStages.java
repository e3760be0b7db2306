package org.networkfission.jobs.evaluate;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.SerializableConfiguration;
import org.networkfission.jobs.report.Panel;
import org.networkfission.model.evaluation.ConstantFit;
import org.networkfission.model.evaluation.Evaluation;
import org.networkfission.model.evaluation.ScoredFrame;
import org.networkfission.model.evaluation.TaskEvaluation;
import org.networkfission.model.network.Task;
import org.networkfission.prep.shard.ShardFile;

/** The Spark stages of {@link EvaluateJob}. */
final class EvaluateStages {
  /** Pieces of work per executor: enough to even out, few enough for the driver to merge. */
  private static final int PIECES = 8;

  private final EvaluateSettings settings;
  private final String dataset;
  private final JavaSparkContext context;
  private final Broadcast<SerializableConfiguration> hadoop;
  private final Broadcast<Models> models;
  private final int executors;
  private final PrintWriter out;

  EvaluateStages(
      EvaluateSettings settings,
      String dataset,
      SparkSession spark,
      Configuration hadoop,
      Models models,
      int executors,
      PrintWriter out) {
    this.settings = settings;
    this.dataset = dataset;
    this.context = new JavaSparkContext(spark.sparkContext());
    this.hadoop = context.broadcast(new SerializableConfiguration(hadoop));
    this.models = context.broadcast(models);
    this.executors = executors;
    this.out = out;
  }

  /**
   * Fits the constant prediction to training frames.
   *
   * @param groups the training split's row groups; as many are read as it takes
   */
  ConstantFit constant(List<RowRange> groups, int classes) {
    List<RowRange> chosen = new ArrayList<>();
    long frames = 0;
    for (RowRange group : groups) {
      if (frames < settings.constantFrames()) {
        int rows = (int) Math.min(group.rows(), settings.constantFrames() - frames);
        chosen.add(
            new RowRange(
                group.file(),
                group.group(),
                group.position(),
                group.before(),
                group.from(),
                group.from() + rows));
        frames += rows;
      }
    }
    if (chosen.isEmpty()) {
      return new ConstantFit(classes);
    }
    List<RowRange> ranges = RowRange.cut(chosen, PIECES * executors, settings.batchSize());
    return context
        .parallelize(ranges, Math.min(ranges.size(), PIECES * executors))
        .mapPartitions(new ConstantTask(dataset, classes, hadoop))
        .reduce(ConstantFit::add);
  }

  /** Evaluates a split. */
  Part evaluate(
      List<RowRange> groups,
      List<ShardFile> shards,
      ConstantFit constant,
      PredictionOutput output) {
    Map<String, ShardFile> byPath = new TreeMap<>();
    shards.forEach(shard -> byPath.put(shard.path(), shard));
    List<RowRange> ranges = RowRange.cut(groups, PIECES * executors, settings.batchSize());
    long frames = ranges.stream().mapToLong(RowRange::rows).sum();
    LongAccumulator done = context.sc().longAccumulator();
    try (EvaluateProgress progress = new EvaluateProgress(done::value, frames, out)) {
      progress.start();
      return context
          .parallelize(ranges, Math.min(ranges.size(), PIECES * executors))
          .mapPartitions(
              new EvaluateTask(
                  dataset,
                  byPath,
                  settings,
                  hadoop,
                  models,
                  context.broadcast(constant),
                  output,
                  done))
          .reduce(Part::add);
    }
  }

  /** Paints the best, the median and the worst frames of each task. */
  List<Panel> panels(List<RowRange> groups, Evaluation evaluation, List<Integer> palette) {
    Map<Integer, Map<String, Set<Task>>> wanted = new TreeMap<>();
    for (Task task : Task.values()) {
      for (ScoredFrame frame : shown(evaluation.of(task.scorings().get(0)))) {
        wanted
            .computeIfAbsent(frame.frame().rowGroup(), g -> new TreeMap<>())
            .computeIfAbsent(frame.frame().key(), k -> new TreeSet<>())
            .add(task);
      }
    }
    if (wanted.isEmpty()) {
      return List.of();
    }
    List<PanelTask.Request> requests = new ArrayList<>();
    wanted.forEach(
        (position, tasks) -> requests.add(new PanelTask.Request(groups.get(position), tasks)));
    List<Panel> panels =
        new ArrayList<>(
            context
                .parallelize(requests, requests.size())
                .flatMap(new PanelTask(dataset, palette, hadoop, models))
                .collect());
    panels.sort(Comparator.comparing(Panel::task).thenComparing(Panel::key));
    return panels;
  }

  private List<ScoredFrame> shown(TaskEvaluation<?> task) {
    List<ScoredFrame> frames = new ArrayList<>(task.ranking().best(settings.panels()));
    frames.addAll(task.ranking().median(settings.panels()));
    frames.addAll(task.ranking().worst(settings.panels()));
    return frames;
  }
}
