package org.networkfission.jobs.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.networkfission.jobs.settings.ResolvedConfig;
import org.networkfission.model.bench.ModelBench;
import org.networkfission.model.export.Precision;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.model.tflite.TfliteBench;
import org.networkfission.prep.settings.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures exported models. */
@Command(
    name = "tflite",
    description =
        "Measure file size and latency of the configured network as TensorFlow Lite, with new"
            + " parameters.")
final class BenchTfliteCommand extends ConfiguredCommand {
  @Option(
      names = "--threads",
      defaultValue = "1",
      description = "Of the runtime and of the network (default: ${DEFAULT-VALUE}).")
  private int threads;

  @Option(
      names = "--rounds",
      defaultValue = "20",
      description = "How many frames are measured (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(names = "--json", paramLabel = "FILE", description = "Write the figures as JSON too.")
  private Path json;

  @Override
  int run(ResolvedConfig configuration) throws IOException {
    NetworkSpec spec = configuration.settings().network();
    ModelBench.threads(threads);
    TfliteBench bench = new TfliteBench(spec, configuration.settings().losses());
    List<TfliteBench.Result> results = new ArrayList<>();
    for (Precision precision : Precision.values()) {
      results.add(bench.file(precision, threads, rounds));
    }
    results.add(bench.network(rounds));
    out()
        .printf(
            "%s, %s fission, %d x %d, %d threads, median of %d frames%n",
            spec.encoder().id(), spec.scheme().id(), spec.width(), spec.height(), threads, rounds);
    for (TfliteBench.Result result : results) {
      out()
          .printf(
              Locale.ROOT,
              "%-16s %s %8.1f ms  (best %.1f)%n",
              result.name(),
              result.bytes() == 0 ? " ".repeat(9) : "%6.2f MB".formatted(result.bytes() / 1e6),
              result.millis(),
              result.bestMillis());
    }
    if (json != null) {
      Json.INDENTED.writeValue(json.toFile(), results);
    }
    return Fission.DONE;
  }
}
