package org.networkfission.jobs.cli;

import org.networkfission.jobs.config.Configuration;
import picocli.CommandLine.Command;

/** Prints the resolved configuration. */
@Command(name = "config", description = "Check a configuration and print every key with its value.")
final class ConfigCommand extends ConfiguredCommand {
  @Override
  int run(Configuration configuration) {
    out().println(configuration.resolved());
    return Fission.DONE;
  }
}
