package org.networkfission.jobs.cli;

import org.networkfission.jobs.config.Configuration;
import org.networkfission.jobs.prepare.PrepareJob;
import picocli.CommandLine.Command;

/** Turns raw archives into shards. */
@Command(
    name = "prepare",
    description = "Turn a data set's raw archives into Parquet shards with surface normals.")
final class PrepareCommand extends ConfiguredCommand {
  @Override
  int run(Configuration configuration) throws Exception {
    new PrepareJob(
            configuration.settings().prepare(),
            configuration.settings().cluster(),
            configuration.json(),
            out())
        .execute();
    return Fission.DONE;
  }
}
