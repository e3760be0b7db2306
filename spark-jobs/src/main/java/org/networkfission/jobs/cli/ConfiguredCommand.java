package org.networkfission.jobs.cli;

import java.util.List;
import org.networkfission.jobs.config.Layers;
import org.networkfission.jobs.settings.ResolvedConfig;

/** A command that reads the configuration. */
abstract class ConfiguredCommand extends LayeredCommand {
  @Override
  final int run(Layers layers) throws Exception {
    return run(ResolvedConfig.of(layers));
  }

  /** Adds the setting that an option stands for, where it was given. */
  static void add(List<String> assignments, String key, String value) {
    if (value != null) {
      assignments.add(key + "=" + value);
    }
  }

  /** Does the work; returns the exit code. */
  abstract int run(ResolvedConfig configuration) throws Exception;
}
