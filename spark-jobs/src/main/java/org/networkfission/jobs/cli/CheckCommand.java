package org.networkfission.jobs.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.networkfission.jobs.check.ClusterCheck;
import org.networkfission.jobs.settings.ResolvedConfig;
import org.networkfission.jobs.settings.Settings;
import org.networkfission.model.check.HostCheck;
import org.networkfission.prep.settings.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Checks whether this host, or the hosts of a cluster, can do the job. */
@Command(
    name = "check",
    description =
        "Tell whether this host can do the job, or with --cluster each executor: Java, memory, GPUs,"
            + " and for each back end and precision whether every operation computes what ND4J"
            + " computes, whether a small network learns, and how fast. Exit code 1 where something"
            + " computes wrong.")
final class CheckCommand extends ConfiguredCommand {
  /** The network that is trained for a few steps. */
  private static final List<String> SMALL =
      List.of(
          "network.width=64",
          "network.height=64",
          "network.width-multiplier=0.25",
          "network.dropout=0");

  @Option(names = "--json", paramLabel = "FILE", description = "Write the report as JSON too.")
  private Path json;

  @Option(
      names = "--cluster",
      description = "Check the executors of the configured cluster, all at the same time.")
  private boolean cluster;

  @Override
  int run(ResolvedConfig configuration) throws IOException, InterruptedException {
    Settings small = ResolvedConfig.load(List.of(), SMALL).settings();
    Settings settings = configuration.settings();
    if (!cluster) {
      HostCheck.Report report =
          HostCheck.run(InetAddress.getLocalHost().getHostName(), small.network(), small.losses());
      report.lines().forEach(out()::println);
      write(report);
      return report.right() ? Fission.DONE : Fission.FAILED;
    }
    List<HostCheck.Report> reports =
        new ClusterCheck(settings.cluster(), settings.train().startTimeout(), out())
            .run(small.network(), small.losses());
    for (HostCheck.Report report : reports) {
      report.lines().forEach(out()::println);
      out().println();
    }
    long right = reports.stream().filter(HostCheck.Report::right).count();
    out().printf("%d of %d executors compute right%n", right, reports.size());
    write(reports);
    return right == reports.size() ? Fission.DONE : Fission.FAILED;
  }

  private void write(Object report) throws IOException {
    if (json != null) {
      Files.write(json, Json.MAPPER.writeValueAsBytes(report));
    }
  }
}
