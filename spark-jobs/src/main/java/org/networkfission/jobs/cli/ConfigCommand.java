package org.networkfission.jobs.cli;

import org.networkfission.jobs.settings.ResolvedConfig;
import picocli.CommandLine.Command;

/** Prints the resolved configuration. */
@Command(name = "config", description = "Check a configuration and print every key with its value.")
final class ConfigCommand extends ConfiguredCommand {
  @Override
  int run(ResolvedConfig configuration) {
    out().println(configuration.text());
    return Fission.DONE;
  }
}
