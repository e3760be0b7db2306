package org.networkfission.jobs.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.networkfission.jobs.inference.ExportedFormat;
import org.networkfission.jobs.inference.PredictBench;
import org.networkfission.jobs.settings.ResolvedConfig;
import org.networkfission.model.bench.ModelBench;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.prep.settings.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures predictions of the network and of exported models. */
@Command(
    name = "predict",
    aliases = "tflite",
    description =
        "Measure the configured network's prediction of a frame, with new parameters, beside that"
            + " of its exported files in ONNX Runtime and TensorFlow Lite, in turns.")
final class BenchPredictCommand extends ConfiguredCommand {
  @Spec private picocli.CommandLine.Model.CommandSpec command;

  @Option(
      names = "--formats",
      split = ",",
      defaultValue = "onnx,tflite",
      description = "Of the exported files: onnx, tflite (default: ${DEFAULT-VALUE}).")
  private List<ExportedFormat> formats;

  @Option(
      names = "--threads",
      defaultValue = "1",
      description = "Of the runtimes and of the network (default: ${DEFAULT-VALUE}).")
  private int threads;

  @Option(
      names = "--rounds",
      defaultValue = "20",
      description = "How many frames each predicts (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(names = "--json", paramLabel = "FILE", description = "Write the figures as JSON too.")
  private Path json;

  @Override
  int run(ResolvedConfig configuration) throws IOException {
    if (threads < 1 || rounds < 1) {
      throw new ParameterException(
          command.commandLine(), "--threads and --rounds must be 1 or more");
    }
    NetworkSpec spec = configuration.settings().network();
    ModelBench.threads(threads);
    List<PredictBench.Result> results =
        new PredictBench(spec, configuration.settings().losses(), threads, rounds).run(formats);
    out()
        .printf(
            "%s, %s fission, %d x %d, %d threads, median of %d frames%n",
            spec.encoder().id(), spec.scheme().id(), spec.width(), spec.height(), threads, rounds);
    for (PredictBench.Result result : results) {
      out()
          .printf(
              Locale.ROOT,
              "%-16s %s %8.1f ms  (best %.1f)%s%n",
              result.name(),
              result.bytes() == 0 ? " ".repeat(9) : "%6.2f MB".formatted(result.bytes() / 1e6),
              result.millis(),
              result.bestMillis(),
              result.bytes() == 0
                  ? ""
                  : String.format(Locale.ROOT, "  off by %.1e", result.distance()));
    }
    if (json != null) {
      Json.INDENTED.writeValue(json.toFile(), results);
    }
    return Fission.DONE;
  }
}
