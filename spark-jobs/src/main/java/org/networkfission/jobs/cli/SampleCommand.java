package org.networkfission.jobs.cli;

import org.networkfission.jobs.config.Configuration;
import org.networkfission.jobs.sample.SampleJob;
import picocli.CommandLine.Command;

/** Draws procedural rooms. */
@Command(
    name = "sample",
    description =
        "Draw rooms with exact depth and labels, in the layout of SceneNet RGB-D or ScanNet.")
final class SampleCommand extends ConfiguredCommand {
  @Override
  int run(Configuration configuration) throws Exception {
    new SampleJob(configuration.settings().sample(), configuration.settings().cluster(), out())
        .execute();
    return Fission.DONE;
  }
}
