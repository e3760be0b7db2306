package org.networkfission.jobs.cli;

import picocli.CommandLine.Command;

/** Shows what something consists of. */
@Command(
    name = "inspect",
    description = "Show what something consists of.",
    subcommands = {
      InspectDatasetCommand.class,
      InspectModelCommand.class,
      InspectNormalsCommand.class
    })
final class InspectCommand {}
