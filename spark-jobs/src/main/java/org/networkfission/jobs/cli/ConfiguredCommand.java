package org.networkfission.jobs.cli;

import java.util.List;
import org.networkfission.jobs.cluster.Cluster;
import org.networkfission.jobs.cluster.ClusterFailure;
import org.networkfission.jobs.cluster.ClusterSettings;
import org.networkfission.jobs.config.Layers;
import org.networkfission.jobs.settings.PathKeys;
import org.networkfission.jobs.settings.ResolvedConfig;
import org.networkfission.jobs.settings.Settings;
import org.networkfission.prep.settings.ConfigException;

/** A command that reads the configuration. */
abstract class ConfiguredCommand extends LayeredCommand {
  @Override
  final int run(Layers layers) throws Exception {
    ResolvedConfig configuration = ResolvedConfig.of(layers);
    ClusterSettings cluster = configuration.settings().cluster();
    Cluster.limitDriver(cluster);
    PathKeys keys = new PathKeys(() -> Cluster.hadoop(cluster));
    check(configuration.settings(), keys);
    keys.done();
    try {
      return run(configuration);
    } catch (Exception e) {
      ConfigException told = ClusterFailure.explain(e, cluster).orElse(null);
      if (told == null || Fission.exitCode(Fission.telling(e)) != Fission.FAILED) {
        throw e;
      }
      told.addSuppressed(e);
      throw told;
    }
  }

  /** Adds the setting that an option stands for, where it was given. */
  static void add(List<String> assignments, String key, String value) {
    if (value != null) {
      assignments.add(key + "=" + value);
    }
  }

  /** Names the paths that the command cannot do without. */
  void check(Settings settings, PathKeys keys) {}

  /** Does the work; returns the exit code. */
  abstract int run(ResolvedConfig configuration) throws Exception;
}
