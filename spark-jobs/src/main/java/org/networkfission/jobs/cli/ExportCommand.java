package org.networkfission.jobs.cli;

import java.util.ArrayList;
import java.util.List;
import org.networkfission.jobs.cluster.Cluster;
import org.networkfission.jobs.export.ExportJob;
import org.networkfission.jobs.settings.PathKeys;
import org.networkfission.jobs.settings.ResolvedConfig;
import org.networkfission.jobs.settings.Settings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Exports a checkpoint. */
@Command(
    name = "export",
    description =
        "Write a checkpoint's network as a file for phones (TensorFlow Lite) or servers (ONNX).")
final class ExportCommand extends ConfiguredCommand {
  @Option(
      names = "--checkpoint",
      paramLabel = "FOLDER",
      description = "Same as export.checkpoint=FOLDER.")
  private String checkpoint;

  @Option(names = "--output", paramLabel = "FILE", description = "Same as export.output=FILE.")
  private String output;

  @Option(
      names = "--format",
      paramLabel = "NAME",
      description = "Same as export.format=NAME: tflite or onnx.")
  private String format;

  @Option(
      names = "--precision",
      paramLabel = "NAME",
      description = "Same as export.precision=NAME: float16, float32 or int8.")
  private String precision;

  @Option(
      names = "--calibrate",
      paramLabel = "DATASET",
      description = "Same as export.calibrate=DATASET, for int8.")
  private String calibrate;

  @Option(names = "--report", paramLabel = "FOLDER", description = "Same as export.report=FOLDER.")
  private String report;

  @Override
  List<String> moreAssignments() {
    List<String> assignments = new ArrayList<>();
    add(assignments, "export.checkpoint", checkpoint);
    add(assignments, "export.output", output);
    add(assignments, "export.format", format);
    add(assignments, "export.precision", precision);
    add(assignments, "export.calibrate", calibrate);
    add(assignments, "export.report", report);
    return assignments;
  }

  @Override
  void check(Settings settings, PathKeys keys) {
    keys.reads("export.checkpoint", settings.export().checkpoint())
        .writes("export.output", settings.export().output());
  }

  @Override
  int run(ResolvedConfig configuration) throws Exception {
    new ExportJob(
            configuration.settings().export(),
            Cluster.hadoop(configuration.settings().cluster()),
            out())
        .execute();
    return Fission.DONE;
  }
}
