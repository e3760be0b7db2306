package org.networkfission.jobs.cli;

import java.util.List;
import java.util.Optional;
import org.networkfission.jobs.settings.PathKeys;
import org.networkfission.jobs.settings.ResolvedConfig;
import org.networkfission.jobs.settings.Settings;
import org.networkfission.jobs.train.TrainJob;
import org.networkfission.jobs.train.input.WeightedDataset;
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
    List<WeightedDataset> several = settings.train().datasets();
    for (int i = 0; i < several.size(); i++) {
      keys.reads("train.datasets[%d].path".formatted(i), Optional.of(several.get(i).path()));
    }
    if (several.isEmpty()) {
      keys.reads("train.dataset", settings.train().dataset());
    }
    keys.writes("train.output", settings.train().output());
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
