package org.networkfission.jobs.cli.bench;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.networkfission.prep.normals.trial.NormalBenchmark;
import org.networkfission.prep.settings.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures the time of surface normals. */
@Command(
    name = "normals",
    description =
        "Measure surface normals in both modes at 320 x 240 and 640 x 480 pixels, clean and with"
            + " noise and holes, on one thread and on all.")
public final class BenchNormalsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--seconds",
      defaultValue = "4",
      description = "Time for each case (default: ${DEFAULT-VALUE}).")
  private double seconds;

  @Option(names = "--json", paramLabel = "FILE", description = "Write the table as JSON too.")
  private Path json;

  @Override
  public Integer call() throws Exception {
    List<NormalBenchmark.Result> results = new NormalBenchmark(seconds).run();
    PrintWriter out = spec.commandLine().getOut();
    out.println("| mode | pixels | S | variant | threads | ms/frame | best | frames/s/core |");
    out.println("|---|---|---|---|---|---|---|---|");
    for (NormalBenchmark.Result r : results) {
      out.printf(
          Locale.ROOT,
          "| %s | %d x %d | %d | %s | %d | %.2f | %.2f | %.1f |%n",
          r.mode(),
          r.width(),
          r.height(),
          r.smoothing(),
          r.variant(),
          r.threads(),
          r.millisPerFrame(),
          r.bestMillisPerFrame(),
          r.framesPerSecondPerCore());
    }
    if (json != null) {
      Json.INDENTED.writeValue(json.toFile(), results);
    }
    return ExitCode.OK;
  }
}
