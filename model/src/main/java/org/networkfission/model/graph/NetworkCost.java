package org.networkfission.model.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.networkfission.model.network.FissionScheme;
import org.networkfission.model.network.Heads;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.model.network.Task;
import org.networkfission.model.op.FeatureMap;
import org.networkfission.model.op.StageProgram;

/** What a network costs, stage by stage, counted without building it. */
public final class NetworkCost {
  private final NetworkSpec spec;
  private final List<StageProgram> stages;

  public NetworkCost(NetworkSpec spec) {
    this.spec = spec;
    this.stages = FissionNetwork.stages(spec);
  }

  /** Learned parameters, auxiliary heads included. */
  public long parameters() {
    return stages.stream().mapToLong(StageProgram::learnedParameters).sum();
  }

  /** Multiply-adds of the convolutions for one image, without auxiliary heads. */
  public long multiplyAdds() {
    return stages.stream()
        .filter(stage -> !stage.trainingOnly())
        .mapToLong(StageProgram::multiplyAdds)
        .sum();
  }

  /** Multiply-adds of convolutions and batch norms for one image, as the paper counts. */
  public long allMultiplyAdds() {
    return stages.stream()
        .filter(stage -> !stage.trainingOnly())
        .mapToLong(stage -> stage.multiplyAdds() + stage.batchNormMultiplyAdds())
        .sum();
  }

  /** A table of the stages, the totals of every scheme, and the cost of each added task. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(row("stage", "output", "parameters", "GMAC"));
    for (StageProgram stage : stages) {
      FeatureMap out = stage.output();
      lines.add(
          row(
              stage.name() + (stage.trainingOnly() ? " (training)" : ""),
              "%d x %d x %d".formatted(out.channels(), out.height(), out.width()),
              "%,d".formatted(stage.learnedParameters()),
              giga(stage.multiplyAdds())));
    }
    lines.add(row("total", "", "%,d".formatted(parameters()), giga(multiplyAdds())));
    lines.add("");
    lines.add(row("scheme", "", "parameters", "GMAC"));
    for (FissionScheme scheme : FissionScheme.values()) {
      if ((scheme == FissionScheme.SINGLE) == (spec.tasks().size() == 1)) {
        NetworkCost cost = new NetworkCost(with(scheme, spec.tasks()));
        lines.add(
            row(scheme.id(), "", "%,d".formatted(cost.parameters()), giga(cost.multiplyAdds())));
      }
    }
    lines.add("");
    lines.addAll(addedTasks());
    return lines;
  }

  /** What each further task adds, batch norms counted. */
  private List<String> addedTasks() {
    List<String> lines = new ArrayList<>();
    NetworkCost before = new NetworkCost(with(FissionScheme.SINGLE, spec.tasks().subList(0, 1)));
    for (int i = 1; i < spec.tasks().size(); i++) {
      NetworkCost after = new NetworkCost(with(spec.scheme(), spec.tasks().subList(0, i + 1)));
      lines.add(
          String.format(
              Locale.ROOT,
              "+ %s: %.4f %% multiply-adds, %.4f %% parameters",
              spec.tasks().get(i).id(),
              100.0
                  * (after.allMultiplyAdds() - before.allMultiplyAdds())
                  / before.allMultiplyAdds(),
              100.0 * (after.parameters() - before.parameters()) / before.parameters()));
      before = after;
    }
    return lines;
  }

  private NetworkSpec with(FissionScheme scheme, List<Task> tasks) {
    boolean chained = scheme == FissionScheme.MID && spec.heads() == Heads.CHAINED;
    return new NetworkSpec(
        spec.width(),
        spec.height(),
        spec.input(),
        spec.encoder(),
        spec.decoderWidth(),
        scheme,
        chained ? Heads.CHAINED : Heads.PARALLEL,
        tasks,
        spec.classes(),
        spec.widthMultiplier(),
        spec.auxiliaryHeads(),
        spec.dropout(),
        spec.batchNorm(),
        spec.batchNormDecay(),
        spec.initialisation(),
        spec.depthStart(),
        spec.compute(),
        spec.precision());
  }

  private static String giga(long count) {
    return String.format(Locale.ROOT, "%.3f", count / 1e9);
  }

  private static String row(String name, String shape, String parameters, String cost) {
    return "%-28s %18s %14s %10s".formatted(name, shape, parameters, cost);
  }
}
