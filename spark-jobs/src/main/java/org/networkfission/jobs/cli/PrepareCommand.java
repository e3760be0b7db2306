package org.networkfission.jobs.cli;

import java.util.Optional;
import org.networkfission.jobs.prepare.PrepareJob;
import org.networkfission.jobs.settings.PathKeys;
import org.networkfission.jobs.settings.ResolvedConfig;
import org.networkfission.jobs.settings.Settings;
import org.networkfission.prep.labels.ClassMapFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Turns raw archives into shards. */
@Command(
    name = "prepare",
    description = "Turn a data set's raw archives into Parquet shards with surface normals.")
final class PrepareCommand extends ConfiguredCommand {
  @Option(
      names = "--plan",
      description = "Only list the splits, the units and the space that they take; write nothing.")
  private boolean plan;

  @Override
  void check(Settings settings, PathKeys keys) {
    keys.reads("prepare.input", settings.prepare().input())
        .writes("prepare.output", settings.prepare().output());
    String classMap = settings.prepare().classMap();
    if (ClassMapFile.isFile(classMap)) {
      keys.reads("prepare.class-map", Optional.of(classMap));
    }
  }

  @Override
  int run(ResolvedConfig configuration) throws Exception {
    PrepareJob job =
        new PrepareJob(
            configuration.settings().prepare(),
            configuration.settings().cluster(),
            configuration.json(),
            out());
    if (plan) {
      job.plan();
    } else {
      job.execute();
    }
    return Fission.DONE;
  }
}
