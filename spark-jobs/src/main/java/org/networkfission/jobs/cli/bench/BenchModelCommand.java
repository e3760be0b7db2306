package org.networkfission.jobs.cli.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.networkfission.jobs.cluster.Cluster;
import org.networkfission.jobs.settings.ResolvedConfig;
import org.networkfission.jobs.settings.Settings;
import org.networkfission.model.backend.cuda.plan.Plan;
import org.networkfission.model.bench.ModelBench;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.prep.settings.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures the network's passes. */
@Command(
    name = "model",
    description = "Measure forward and training passes of a network on random images.")
public final class BenchModelCommand implements java.util.concurrent.Callable<Integer> {
  private static final Pattern SIZE = Pattern.compile("(\\d+)x(\\d+)");

  @Spec private CommandSpec command;

  @Option(names = "--scheme", defaultValue = "mid", description = "Default: ${DEFAULT-VALUE}.")
  private String scheme;

  @Option(
      names = "--tasks",
      defaultValue = "labels,normals,depth",
      description = "Default: ${DEFAULT-VALUE}.")
  private String tasks;

  @Option(names = "--size", defaultValue = "320x240", description = "Default: ${DEFAULT-VALUE}.")
  private String size;

  @Option(names = "--batch", defaultValue = "1", description = "Default: ${DEFAULT-VALUE}.")
  private int batch;

  @Option(
      names = "--width-multiplier",
      defaultValue = "1",
      description = "Default: ${DEFAULT-VALUE}.")
  private double widthMultiplier;

  @Option(
      names = "--compute",
      defaultValue = "auto",
      description = "auto, cuda, onednn or nd4j (default: ${DEFAULT-VALUE}).")
  private String compute;

  @Option(
      names = "--precision",
      defaultValue = "float32",
      description = "float32, tf32, bfloat16 or auto (default: ${DEFAULT-VALUE}).")
  private String precision;

  @Option(
      names = "--recompute",
      defaultValue = "none",
      description = "none or stages (default: ${DEFAULT-VALUE}).")
  private String recompute;

  @Option(
      names = "--convolution",
      defaultValue = "winograd",
      description = "Of training: direct or winograd (default: ${DEFAULT-VALUE}).")
  private String convolution;

  @Option(
      names = "--threads",
      description = "Threads of the native libraries (default: OMP_NUM_THREADS, else all cores).")
  private Integer threads;

  @Option(
      names = "--rounds",
      defaultValue = "7",
      description = "How often each pass is measured (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--no-graph",
      description = "On a GPU, put each step's kernels on it one by one, not as a CUDA graph.")
  private boolean withoutGraph;

  @Option(names = "--json", paramLabel = "FILE", description = "Write the figures as JSON too.")
  private Path json;

  @Override
  public Integer call() throws IOException {
    Matcher matcher = SIZE.matcher(size);
    if (!matcher.matches() || rounds < 1 || batch < 1 || (threads != null && threads < 1)) {
      throw new ParameterException(
          command.commandLine(),
          "--size is WIDTHxHEIGHT; --rounds, --batch and --threads are 1 or more");
    }
    List<String> keys = new ArrayList<>();
    keys.add("network.scheme=" + scheme);
    keys.add("network.tasks=[%s]".formatted(tasks));
    keys.add("network.width=" + matcher.group(1));
    keys.add("network.height=" + matcher.group(2));
    keys.add("network.width-multiplier=" + widthMultiplier);
    keys.add("network.compute=" + compute);
    keys.add("network.precision=" + precision);
    keys.add("train.recompute=" + recompute);
    keys.add("train.convolution=" + convolution);
    ResolvedConfig configuration = ResolvedConfig.load(List.of(), keys);
    Settings settings = configuration.settings();
    Cluster.limitDriver(settings.cluster());
    NetworkSpec spec = settings.network();
    int used = ModelBench.threads(threads == null ? 0 : threads);
    if (withoutGraph) {
      System.setProperty(Plan.GRAPH, "false");
    }
    ModelBench.Result result =
        new ModelBench(spec, settings.losses(), batch, settings.train().gradients()).run(rounds);
    print(spec, used, result, command.commandLine().getOut());
    if (json != null) {
      Json.INDENTED.writeValue(json.toFile(), result);
    }
    return ExitCode.OK;
  }

  private void print(NetworkSpec spec, int used, ModelBench.Result r, PrintWriter out) {
    out.printf(
        "%s of %s, %d x %d, width x %s, %s, batch %d, %d threads, median of %d%n",
        scheme,
        tasks,
        spec.width(),
        spec.height(),
        widthMultiplier,
        precision,
        batch,
        used,
        rounds);
    out.printf(
        "forward   %9.1f ms  (best %.1f; %.1f of a processor)%n",
        r.forwardMillis(), r.bestForwardMillis(), r.forwardProcessorMillis());
    out.printf(
        "gradient  %9.1f ms  (best %.1f; %.1f of a processor)%n",
        r.gradientMillis(), r.bestGradientMillis(), r.gradientProcessorMillis());
    out.printf(
        "update    %9.1f ms  (%.1f of a processor)%n", r.updateMillis(), r.updateProcessorMillis());
    out.printf("step      %9.1f ms%n", r.stepMillis());
    out.printf("forward   %9.1f GFLOP/s%n", r.forwardGigaflops());
    out.printf(
        "memory    %9d MB for a gradient, %d MB at most%n",
        r.gradientMegabytes(), r.peakMegabytes());
    r.heldBytes()
        .forEach((holder, bytes) -> out.printf("  of it   %9d MB %s%n", bytes >> 20, holder));
    out.printf("%nof a step, by kind of operation:%n");
    r.layerMillis().entrySet().stream()
        .sorted(Map.Entry.<String, Double>comparingByValue(Comparator.reverseOrder()))
        .forEach(entry -> out.printf("%9.2f ms  %s%n", entry.getValue(), entry.getKey()));
  }
}
