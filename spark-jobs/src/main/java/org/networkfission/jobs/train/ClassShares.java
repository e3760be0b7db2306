package org.networkfission.jobs.train;

import java.util.Arrays;
import java.util.List;
import org.networkfission.jobs.train.input.ClassCensus;
import org.networkfission.jobs.train.input.Source;
import org.networkfission.prep.frame.TruthKind;
import org.networkfission.prep.shard.SplitStatistics;

/**
 * How common classes are among a run's examples, of which each data set has its share.
 *
 * @param statistics of each data set's split
 * @param classes of the run, void included
 */
record ClassShares(List<Source> sources, List<SplitStatistics> statistics, int classes) {
  private double share(int source) {
    double all = sources.stream().mapToDouble(Source::weight).sum();
    return sources.get(source).weight() / all;
  }

  long frames() {
    return statistics.stream().mapToLong(SplitStatistics::frames).sum();
  }

  /** The share of all pixels that each class has. */
  List<Double> pixels() {
    double[] pixels = new double[classes];
    for (int i = 0; i < sources.size(); i++) {
      List<Long> histogram = statistics.get(i).classHistogram();
      for (int c = 1; c < histogram.size(); c++) {
        if (histogram.get(c) > 0) {
          int own = sources.get(i).runClass(c, "the manifest");
          pixels[own] += share(i) * histogram.get(c) / statistics.get(i).pixels();
        }
      }
    }
    pixels[0] = 0;
    return boxed(pixels);
  }

  /** The share of all frames that show each class. */
  List<Double> showing(ClassCensus census) {
    double[] showing = new double[classes];
    for (int i = 0; i < sources.size(); i++) {
      List<Long> frames = census.frames(i, classes);
      for (int c = 0; c < classes; c++) {
        showing[c] += share(i) * frames.get(c) / statistics.get(i).frames();
      }
    }
    return boxed(showing);
  }

  /** The share of the frames that have labels. */
  double labelled() {
    double labelled = 0;
    for (int i = 0; i < sources.size(); i++) {
      SplitStatistics split = statistics.get(i);
      labelled += share(i) * split.framesWith(TruthKind.LABELS) / split.frames();
    }
    return labelled;
  }

  private static List<Double> boxed(double[] values) {
    return Arrays.stream(values).boxed().toList();
  }
}
