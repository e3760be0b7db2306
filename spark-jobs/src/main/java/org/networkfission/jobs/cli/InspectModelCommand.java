package org.networkfission.jobs.cli;

import org.networkfission.jobs.settings.ResolvedConfig;
import org.networkfission.model.graph.NetworkCost;
import picocli.CommandLine.Command;

/** Shows the configured network's stages and what they cost. */
@Command(
    name = "model",
    description =
        "Show the network's stages with output shapes, parameters and multiply-adds, the totals of"
            + " every scheme, and what each task adds.")
final class InspectModelCommand extends ConfiguredCommand {
  @Override
  int run(ResolvedConfig configuration) {
    new NetworkCost(configuration.settings().network()).lines().forEach(out()::println);
    return Fission.DONE;
  }
}
