package org.networkfission.jobs.cli.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.networkfission.jobs.train.bench.ExchangeBenchmark;
import org.networkfission.jobs.train.bench.ExchangeBenchmark.Placement;
import org.networkfission.prep.settings.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures the exchange of a step. */
@Command(
    name = "exchange",
    description = "Measure a step's exchange between replicas that are processes of this machine.")
public final class BenchExchangeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--replicas",
      split = ",",
      defaultValue = "2",
      description = "How many processes, or several numbers: 2,4,8.")
  private List<Integer> replicas;

  @Option(
      names = "--floats",
      defaultValue = "30000000",
      description =
          "Elements of the flat vector (default: ${DEFAULT-VALUE}, the server network's).")
  private int floats;

  @Option(
      names = "--steps",
      defaultValue = "7",
      description = "Steps to take, after as many to warm up (default: ${DEFAULT-VALUE}).")
  private int steps;

  @Option(
      names = "--only",
      defaultValue = "",
      description = "Measure this variant only, e.g. float16.")
  private String only;

  @Option(
      names = "--wrapper",
      defaultValue = "",
      description =
          "Words before each replica's command; {rank} is its rank (submit/limited-network).")
  private String wrapper;

  @Option(
      names = "--host",
      defaultValue = "127.0.0.1",
      description = "Where each replica listens; {rank} is its rank (default: ${DEFAULT-VALUE}).")
  private String host;

  @Option(names = "--json", paramLabel = "FILE", description = "Write the table as JSON too.")
  private Path json;

  @Override
  public Integer call() throws Exception {
    List<ExchangeBenchmark.Line> lines =
        new ExchangeBenchmark(floats, steps, placement(), spec.commandLine().getOut())
            .execute(replicas, only);
    if (json != null) {
      Json.INDENTED.writeValue(json.toFile(), lines);
    }
    return ExitCode.OK;
  }

  private Placement placement() {
    return new Placement(wrapper.isBlank() ? List.of() : List.of(wrapper.split(" +", -1)), host);
  }
}
