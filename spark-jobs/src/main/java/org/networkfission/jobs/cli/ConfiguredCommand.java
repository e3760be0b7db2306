package org.networkfission.jobs.cli;

import java.util.List;
import org.networkfission.jobs.config.Configuration;
import org.networkfission.jobs.config.Layers;

/** A command that reads the configuration. */
abstract class ConfiguredCommand extends LayeredCommand {
  @Override
  final int run(Layers layers) throws Exception {
    return run(layers.load());
  }

  /** Adds the setting that an option stands for, where it was given. */
  static void add(List<String> assignments, String key, String value) {
    if (value != null) {
      assignments.add(key + "=" + value);
    }
  }

  /** Does the work; returns the exit code. */
  abstract int run(Configuration configuration) throws Exception;
}
