package org.networkfission.jobs.cli;

import java.util.List;
import org.networkfission.jobs.sample.SampleJob;
import org.networkfission.jobs.settings.PathKeys;
import org.networkfission.jobs.settings.ResolvedConfig;
import org.networkfission.jobs.settings.Settings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Draws procedural rooms. */
@Command(
    name = "sample",
    description =
        "Draw rooms with exact depth and labels, in the layout of SceneNet RGB-D, ScanNet or"
            + " NYUDv2.")
final class SampleCommand extends ConfiguredCommand {
  @Option(names = "--format", description = "scenenet, scannet or nyudv2; sets sample.format.")
  private String format;

  @Override
  List<String> moreAssignments() {
    return format == null ? List.of() : List.of("sample.format=" + format);
  }

  @Override
  void check(Settings settings, PathKeys keys) {
    keys.writes("sample.output", settings.sample().output());
  }

  @Override
  int run(ResolvedConfig configuration) throws Exception {
    new SampleJob(configuration.settings().sample(), configuration.settings().cluster(), out())
        .execute();
    return Fission.DONE;
  }
}
