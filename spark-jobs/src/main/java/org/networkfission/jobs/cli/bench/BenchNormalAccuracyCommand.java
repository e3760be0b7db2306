package org.networkfission.jobs.cli.bench;

import java.util.concurrent.Callable;
import org.networkfission.prep.normals.NormalSettings;
import org.networkfission.prep.normals.trial.AccuracyTable;
import org.networkfission.prep.normals.trial.TrialScene;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures the accuracy of surface normals. */
@Command(
    name = "normal-accuracy",
    description = "Compare the normals of both modes with the exact ones of simple scenes.")
public final class BenchNormalAccuracyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--width",
      defaultValue = "320",
      description = "Of the images, 4 columns to 3 rows (default: ${DEFAULT-VALUE}).")
  private int width;

  @Option(
      names = "--smoothing",
      defaultValue = "10",
      description = "Size of the window in pixels (default: ${DEFAULT-VALUE}).")
  private int smoothing;

  @Option(
      names = "--planar-threshold",
      defaultValue = "0.04",
      description = "Angle in radians (default: ${DEFAULT-VALUE}).")
  private double planarThreshold;

  @Override
  public Integer call() {
    if (width < 64 || width > 4096) {
      throw new picocli.CommandLine.ParameterException(
          spec.commandLine(), "--width is %d: must be 64 to 4096".formatted(width));
    }
    NormalSettings settings =
        NormalSettings.accurate(smoothing, TrialScene.FLAT_LABELS)
            .withPlanarThreshold(planarThreshold);
    new AccuracyTable(width, settings).print(spec.commandLine().getOut());
    return ExitCode.OK;
  }
}
