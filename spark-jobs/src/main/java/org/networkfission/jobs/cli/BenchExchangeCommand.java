package org.networkfission.jobs.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.networkfission.jobs.train.ExchangeBenchmark;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures the exchange of a step. */
@Command(
    name = "exchange",
    description = "Measure a step's exchange between replicas that are processes of this machine.")
final class BenchExchangeCommand implements Callable<Integer> {
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

  @Option(names = "--json", paramLabel = "FILE", description = "Write the table as JSON too.")
  private Path json;

  @Override
  public Integer call() throws Exception {
    List<ExchangeBenchmark.Line> lines =
        new ExchangeBenchmark(floats, steps, spec.commandLine().getOut()).execute(replicas);
    if (json != null) {
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .writeValue(json.toFile(), lines);
    }
    return Fission.DONE;
  }
}
