package org.networkfission.jobs.cli;

import java.util.ArrayList;
import java.util.List;
import org.networkfission.jobs.predict.PredictJob;
import org.networkfission.jobs.settings.PathKeys;
import org.networkfission.jobs.settings.ResolvedConfig;
import org.networkfission.jobs.settings.Settings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Predicts ordinary photos. */
@Command(
    name = "predict",
    description = "Predict ordinary photos with a checkpoint, in this process or on a cluster.")
final class PredictCommand extends ConfiguredCommand {
  @Option(
      names = {"--checkpoint", "--model"},
      paramLabel = "PATH",
      description =
          "Same as predict.checkpoint=PATH: a run, a checkpoint, or a .tflite or .onnx file.")
  private String checkpoint;

  @Option(
      names = "--input",
      paramLabel = "PATH",
      description =
          "Same as predict.input=PATH: a folder of photos, one photo, a .txt that names them, or a"
              + " table.")
  private String input;

  @Option(names = "--output", paramLabel = "FOLDER", description = "Same as predict.output=FOLDER.")
  private String output;

  @Option(
      names = "--cluster",
      description = "Same as predict.cluster=true: executors predict, not this process.")
  private boolean cluster;

  @Override
  List<String> moreAssignments() {
    List<String> assignments = new ArrayList<>();
    add(assignments, "predict.checkpoint", checkpoint);
    add(assignments, "predict.input", input);
    add(assignments, "predict.output", output);
    add(assignments, "predict.cluster", cluster ? "true" : null);
    return assignments;
  }

  @Override
  boolean resumes() {
    return true;
  }

  @Override
  void check(Settings settings, PathKeys keys) {
    keys.reads("predict.checkpoint", settings.predict().checkpoint())
        .reads("predict.input", settings.predict().input())
        .writes("predict.output", settings.predict().output());
  }

  @Override
  int run(ResolvedConfig configuration) throws Exception {
    new PredictJob(configuration.settings().predict(), configuration.settings().cluster(), out())
        .execute();
    return Fission.DONE;
  }
}
