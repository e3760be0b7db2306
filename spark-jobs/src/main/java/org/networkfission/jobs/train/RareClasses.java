package org.networkfission.jobs.train;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.networkfission.jobs.train.input.ClassCensus;
import org.networkfission.jobs.train.input.Repeats;
import org.networkfission.jobs.train.input.Sampling;
import org.networkfission.jobs.train.input.Source;
import org.networkfission.model.balance.ClassWeights;
import org.networkfission.model.balance.ClassWeights.Frequencies;
import org.networkfission.model.network.ClassBalance;
import org.networkfission.model.network.LabelLoss;
import org.networkfission.model.network.LossSpec;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.model.network.Task;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.settings.ConfigException;
import org.networkfission.prep.shard.SplitStatistics;

/**
 * What a run does for classes that are rare: what a pixel of each counts for, and how often the
 * frames that show them are read.
 *
 * @param classWeights void first; none where all count alike
 * @param repeats of each data set
 */
record RareClasses(List<Double> classWeights, List<Repeats> repeats) {
  /**
   * Refuses settings that cannot work.
   *
   * @param statistics of each data set's split
   * @throws ConfigException naming what they do not go with
   * @throws InputException if classes are to be balanced and there are none
   */
  static void require(
      LossSpec losses, NetworkSpec network, Sampling sampling, List<SplitStatistics> statistics) {
    LabelLoss labels = losses.labels();
    List<String> problems = new ArrayList<>();
    boolean learned = network.tasks().contains(Task.LABELS);
    String reason =
        "for a network without labels (network.tasks = %s)"
            .formatted(network.tasks().stream().map(Task::id).toList());
    if (!learned && labels.balance() != ClassBalance.NONE) {
      problems.add(
          "losses.labels.balance = %s: must be none %s".formatted(labels.balance().id(), reason));
    }
    if (!learned && !labels.classWeights().isEmpty()) {
      problems.add(
          "losses.labels.class-weights = %s: must be [] %s"
              .formatted(labels.classWeights(), reason));
    }
    if (!learned && labels.hardest() != 1) {
      problems.add("losses.labels.hardest = %s: must be 1 %s".formatted(labels.hardest(), reason));
    }
    if (!learned && sampling != Sampling.UNIFORM) {
      problems.add("train.sampling = repeat-factor: must be uniform " + reason);
    }
    if (labels.balance() != ClassBalance.NONE && !labels.classWeights().isEmpty()) {
      problems.add(
          "losses.labels.balance = %s: must be none where losses.labels.class-weights says what each class counts for"
              .formatted(labels.balance().id()));
    }
    if (!labels.classWeights().isEmpty() && labels.classWeights().size() != network.classes()) {
      problems.add(
          "losses.labels.class-weights = %s: must be %d numbers, one for each of network.classes, void first"
              .formatted(labels.classWeights(), network.classes()));
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    if (labels.balance() != ClassBalance.NONE
        && statistics.stream()
            .flatMap(split -> split.classHistogram().stream().skip(1))
            .allMatch(pixels -> pixels == 0)) {
      throw new InputException(
          "Cannot balance classes (losses.labels.balance = %s): every pixel of the training split is void"
              .formatted(labels.balance().id()));
    }
  }

  /**
   * Finds it. Where the frames must be known that show each class, their labels are read.
   *
   * @param classNames of the run, void first
   * @param statistics of each data set's split
   */
  static RareClasses find(
      TrainSettings settings,
      LossSpec losses,
      List<String> classNames,
      List<Source> sources,
      List<SplitStatistics> statistics,
      Configuration hadoop,
      JavaSparkContext context,
      PrintWriter out) {
    LabelLoss labels = losses.labels();
    boolean repeated = settings.sampling() == Sampling.REPEAT_FACTOR;
    if (labels.balance() == ClassBalance.NONE && !repeated) {
      return new RareClasses(
          labels.classWeights(), sources.stream().map(source -> Repeats.NONE).toList());
    }
    ClassShares shares = new ClassShares(sources, statistics, classNames.size());
    List<Double> showing = List.of();
    List<Repeats> repeats = new ArrayList<>(sources.stream().map(s -> Repeats.NONE).toList());
    if (repeated || labels.balance() == ClassBalance.MEDIAN) {
      out.printf(
          "reading which classes %,d frames show%n",
          statistics.stream().mapToLong(SplitStatistics::frames).sum());
      ClassCensus census = ClassCensus.take(sources, hadoop, context);
      showing = shares.showing(census);
      if (repeated) {
        List<Integer> factors = factors(showing, shares.labelled(), settings.repeatThreshold());
        out.println(
            "frames repeat for their rarest class: "
                + text(factors.stream().map(f -> f / (double) Repeats.ONE).toList(), classNames));
        for (int i = 0; i < sources.size(); i++) {
          repeats.set(i, census.repeats(i, factors));
        }
      }
    }
    List<Double> weights =
        ClassWeights.of(labels, new Frequencies(shares.pixels(), showing, shares.frames()));
    if (labels.balance() != ClassBalance.NONE) {
      out.println("a pixel counts by its class: " + text(weights, classNames));
    }
    return new RareClasses(weights, repeats);
  }

  /**
   * Repeat factors: max(1, sqrt(t / f)), where f is the share of the labelled frames that show a
   * class (Gupta, Dollár, Girshick, LVIS, CVPR 2019).
   */
  private static List<Integer> factors(List<Double> showing, double labelled, double threshold) {
    List<Integer> factors = new ArrayList<>();
    for (double share : showing) {
      double factor = share == 0 ? 1 : Math.max(1, Math.sqrt(threshold * labelled / share));
      factors.add((int) Math.min(Integer.MAX_VALUE, Math.round(factor * Repeats.ONE)));
    }
    factors.set(0, Repeats.ONE);
    return factors;
  }

  /** By class, void aside, e.g. {@code bed 1.31, books 4.02}. */
  private static String text(List<Double> values, List<String> names) {
    List<String> parts = new ArrayList<>();
    for (int c = 1; c < values.size(); c++) {
      parts.add(String.format(Locale.ROOT, "%s %.3g", names.get(c), values.get(c)));
    }
    return String.join(", ", parts);
  }

  /** The losses with these weights. */
  LossSpec weigh(LossSpec losses) {
    return losses.with(losses.labels().weighing(classWeights));
  }

  /** The data sets with these repeats. */
  List<Source> repeat(List<Source> sources) {
    List<Source> repeated = new ArrayList<>();
    for (int i = 0; i < sources.size(); i++) {
      repeated.add(sources.get(i).repeating(repeats.get(i)));
    }
    return repeated;
  }
}
