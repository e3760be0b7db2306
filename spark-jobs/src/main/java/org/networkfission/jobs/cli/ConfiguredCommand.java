package org.networkfission.jobs.cli;

import org.networkfission.jobs.config.Configuration;
import org.networkfission.jobs.config.Layers;

/** A command that reads the configuration. */
abstract class ConfiguredCommand extends LayeredCommand {
  @Override
  final int run(Layers layers) throws Exception {
    return run(layers.load());
  }

  /** Does the work; returns the exit code. */
  abstract int run(Configuration configuration) throws Exception;
}
