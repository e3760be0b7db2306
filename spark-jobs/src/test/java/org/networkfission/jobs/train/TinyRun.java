package org.networkfission.jobs.train;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.networkfission.jobs.cluster.ClusterSettings;
import org.networkfission.jobs.settings.ResolvedConfig;
import org.networkfission.jobs.settings.Settings;

/** Trainings of a tiny network on {@link TinyDataset}. */
final class TinyRun {
  private final List<String> usual;

  /**
   * @param usual settings of all trainings of a test
   */
  TinyRun(String... usual) {
    this.usual = List.of(usual);
  }

  /**
   * A training in Spark's local mode.
   *
   * @param settings which win over the usual ones
   */
  TrainJob job(Path output, PrintWriter out, String... settings) {
    return job(configuration(output, settings), Settings::cluster, out);
  }

  /** A training on a cluster. */
  TrainJob job(Path output, ClusterSettings cluster, PrintWriter out, String... settings) {
    return job(configuration(output, settings), all -> cluster, out);
  }

  private static TrainJob job(
      ResolvedConfig configuration, Function<Settings, ClusterSettings> cluster, PrintWriter out) {
    Settings settings = configuration.settings();
    return new TrainJob(
        settings.train(),
        settings.network(),
        settings.losses(),
        cluster.apply(settings),
        configuration.json(),
        out);
  }

  private ResolvedConfig configuration(Path output, String... settings) {
    List<String> assignments =
        new ArrayList<>(
            List.of(
                "train.output=" + output,
                "train.batch-size=2",
                "network.width=" + TinyDataset.SIZE,
                "network.height=" + TinyDataset.SIZE,
                "network.width-multiplier=0.05",
                "cluster.master=local[2]"));
    assignments.addAll(usual);
    assignments.addAll(List.of(settings));
    return ResolvedConfig.load(List.of(), assignments);
  }
}
