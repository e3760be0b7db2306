package org.networkfission.jobs.cli.bench;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.networkfission.jobs.prepare.PrepareBenchmark;
import org.networkfission.jobs.prepare.PrepareSettings.Dataset;
import org.networkfission.jobs.progress.Progress;
import org.networkfission.prep.settings.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures preparation. */
@Command(
    name = "prepare",
    description =
        "Measure how many frames a core prepares in a second, on sampled frames in the published"
            + " format and size.")
public final class BenchPrepareCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--format", required = true, description = "scenenet, scannet or nyudv2.")
  private Dataset format;

  @Option(
      names = "--frames",
      defaultValue = "40",
      description = "Frames to sample (default: ${DEFAULT-VALUE}).")
  private int frames;

  @Option(
      names = "--rounds",
      defaultValue = "5",
      description = "How often they are prepared (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(names = "--json", paramLabel = "FILE", description = "Write the figures as JSON too.")
  private Path json;

  @Override
  public Integer call() throws Exception {
    if (frames < 20 || frames > 1440 || rounds < 1) {
      throw new ParameterException(
          spec.commandLine(), "--frames is 20 to 1440, --rounds is 1 or more");
    }
    if (format == Dataset.LIST) {
      throw new ParameterException(
          spec.commandLine(), "--format is scenenet, scannet or nyudv2, not list");
    }
    PrintWriter out = spec.commandLine().getOut();
    Progress progress = new Progress(out, "sample", "frames", frames);
    PrepareBenchmark.Result r =
        new PrepareBenchmark(format, frames, rounds).run((done, total) -> progress.at(done));
    out.printf(
        Locale.ROOT,
        "%s to %s, median of %d rounds of %d frames, %,d bytes a frame%n",
        r.format(),
        r.pixels(),
        rounds,
        r.frames(),
        r.bytesPerFrame());
    out.printf(
        Locale.ROOT,
        "%.1f frames a second and core (%.1f by the clock, one thread)%n",
        r.framesPerSecondPerCore(),
        r.framesPerSecond());
    out.printf(
        Locale.ROOT,
        "decoding %.0f %%, normals %.0f %%, encoding %.0f %%, writing %.0f %%, gathering %.0f %%%n",
        100 * r.decoding(),
        100 * r.normals(),
        100 * r.encoding(),
        100 * r.writing(),
        100 * r.gathering());
    if (json != null) {
      Json.INDENTED.writeValue(json.toFile(), r);
    }
    return ExitCode.OK;
  }
}
