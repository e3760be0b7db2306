package org.networkfission.jobs.cli;

import org.networkfission.jobs.cli.bench.BenchExchangeCommand;
import org.networkfission.jobs.cli.bench.BenchModelCommand;
import org.networkfission.jobs.cli.bench.BenchNormalAccuracyCommand;
import org.networkfission.jobs.cli.bench.BenchNormalsCommand;
import org.networkfission.jobs.cli.bench.BenchPrepareCommand;
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
