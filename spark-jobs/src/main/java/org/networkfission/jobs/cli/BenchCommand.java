package org.networkfission.jobs.cli;

import picocli.CommandLine.Command;

/** Measures one part of the product on data that it makes itself. */
@Command(
    name = "bench",
    description = "Measure one part on data that it makes itself.",
    subcommands = {
      BenchModelCommand.class,
      BenchPredictCommand.class,
      BenchExchangeCommand.class,
      BenchPrepareCommand.class,
      BenchNormalsCommand.class,
      BenchNormalAccuracyCommand.class
    })
final class BenchCommand {}
