package org.networkfission.jobs.cli;

import org.networkfission.jobs.cluster.ExecutorRange;
import org.networkfission.jobs.settings.ResolvedConfig;
import org.networkfission.jobs.settings.Settings;
import org.networkfission.model.backend.NetworkProgram;
import org.networkfission.model.backend.cuda.MemoryNeed;
import org.networkfission.model.graph.FissionNetwork;
import org.networkfission.model.graph.NetworkCost;
import org.networkfission.model.network.BatchStatistics;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows the configured network's stages and what they cost. */
@Command(
    name = "model",
    description =
        "Show the network's stages with output shapes, parameters and multiply-adds, the totals of"
            + " every scheme, and what each task adds.")
final class InspectModelCommand extends ConfiguredCommand {
  @Option(
      names = "--memory",
      description =
          "Show instead how much memory of a GPU training takes, with the configured batch size and"
              + " number of replicas. Needs no GPU.")
  private boolean memory;

  @Override
  int run(ResolvedConfig configuration) {
    Settings settings = configuration.settings();
    if (memory) {
      NetworkProgram program =
          FissionNetwork.program(settings.network(), settings.losses())
              .recomputing(settings.train().recompute());
      // Fewer replicas hold more of the optimizer's state each, and joined minibatches are larger.
      ExecutorRange executors = settings.cluster().executors();
      int replicas = executors.min();
      boolean joined = settings.network().batchNorm() == BatchStatistics.SYNCHRONISED;
      int each = joined ? (executors.max() + replicas - 1) / replicas : 1;
      int batch = settings.train().minibatchOf(executors) * each;
      MemoryNeed.of(program, batch, replicas).lines().forEach(out()::println);
    } else {
      new NetworkCost(settings.network()).lines().forEach(out()::println);
    }
    return Fission.DONE;
  }
}
