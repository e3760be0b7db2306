package org.networkfission.jobs.cli;

import org.networkfission.jobs.settings.PathKeys;
import org.networkfission.jobs.settings.ResolvedConfig;
import org.networkfission.jobs.settings.Settings;
import org.networkfission.jobs.train.TrainJob;
import picocli.CommandLine.Command;

/** Trains a network. */
@Command(
    name = "train",
    description = "Train a network on shards, on all executors; goes on where a run stopped.")
final class TrainCommand extends ConfiguredCommand {
  @Override
  boolean resumes() {
    return true;
  }

  @Override
  void check(Settings settings, PathKeys keys) {
    keys.reads("train.dataset", settings.train().dataset())
        .writes("train.output", settings.train().output());
  }

  @Override
  int run(ResolvedConfig configuration) throws Exception {
    Settings settings = configuration.settings();
    new TrainJob(
            settings.train(),
            settings.network(),
            settings.losses(),
            settings.cluster(),
            configuration.json(),
            out())
        .execute();
    return Fission.DONE;
  }
}
