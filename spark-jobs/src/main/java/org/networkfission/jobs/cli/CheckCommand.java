package org.networkfission.jobs.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.networkfission.jobs.settings.ResolvedConfig;
import org.networkfission.jobs.settings.Settings;
import org.networkfission.model.check.HostCheck;
import org.networkfission.prep.settings.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Checks whether this host can do the job. */
@Command(
    name = "check",
    description =
        "Tell whether this host can do the job: Java, memory, GPUs, and for each back end whether"
            + " every operation computes what ND4J computes, whether a small network learns, and how"
            + " fast. Exit code 1 where something computes wrong.")
final class CheckCommand implements Callable<Integer> {
  /** The network that is trained for a few steps. */
  private static final List<String> SMALL =
      List.of(
          "network.width=64",
          "network.height=64",
          "network.width-multiplier=0.25",
          "network.dropout=0");

  @Spec private CommandSpec command;

  @Option(names = "--json", paramLabel = "FILE", description = "Write the report as JSON too.")
  private Path json;

  @Override
  public Integer call() throws IOException {
    Settings settings = ResolvedConfig.load(List.of(), SMALL).settings();
    HostCheck.Report report =
        HostCheck.run(
            InetAddress.getLocalHost().getHostName(), settings.network(), settings.losses());
    report.lines().forEach(command.commandLine().getOut()::println);
    if (json != null) {
      Files.write(json, Json.MAPPER.writeValueAsBytes(report));
    }
    return report.right() ? Fission.DONE : Fission.FAILED;
  }
}
