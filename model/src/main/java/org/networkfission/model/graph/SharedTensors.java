package org.networkfission.model.graph;

import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.networkfission.model.backend.NetworkProgram;
import org.networkfission.model.balance.GradientScope;
import org.networkfission.model.network.LossSpec;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.model.network.ParameterRange.Kind;
import org.networkfission.model.network.Task;
import org.networkfission.model.op.DataType;
import org.networkfission.model.op.FeatureMap;
import org.networkfission.model.op.Parameter;
import org.networkfission.model.op.StageProgram;

/** Finds the tensors that the losses of several tasks reach. */
public final class SharedTensors {
  private final NetworkProgram program;
  private final Map<String, Set<Task>> tasks = new HashMap<>();
  private final Map<String, Integer> depths = new HashMap<>();

  SharedTensors(NetworkProgram program) {
    this.program = program;
    for (NetworkProgram.Head head : program.heads()) {
      reach(head.output(), head.task());
      head.auxiliary().forEach(output -> reach(output, head.task()));
    }
    List<StageProgram> stages = program.stages();
    for (int i = stages.size() - 1; i >= 0; i--) {
      for (Task task : reaching(stages.get(i))) {
        stages.get(i).inputs().forEach(input -> reach(input, task));
      }
    }
    for (StageProgram stage : stages) {
      int before =
          stage.inputs().stream()
              .mapToInt(input -> depths.getOrDefault(input.name(), 0))
              .max()
              .orElse(0);
      depths.put(stage.output().name(), before + 1);
    }
  }

  private void reach(FeatureMap features, Task task) {
    tasks.computeIfAbsent(features.name(), name -> EnumSet.noneOf(Task.class)).add(task);
  }

  private Set<Task> reaching(StageProgram stage) {
    return tasks.getOrDefault(stage.output().name(), Set.of());
  }

  /** The names of a scope's tensors, running statistics left out, without building the network. */
  public static List<String> of(NetworkSpec spec, LossSpec losses, GradientScope scope) {
    return new SharedTensors(new NetworkBuilder(spec, DataType.FLOAT32).program(losses, 0))
        .in(scope);
  }

  /** Names of the tensors within a scope, running statistics left out. */
  List<String> in(GradientScope scope) {
    return switch (scope) {
      case NONE -> List.of();
      case ALL_SHARED ->
          program.stages().stream()
              .filter(stage -> reaching(stage).size() > 1)
              .flatMap(stage -> stage.parameters().stream())
              .filter(tensor -> tensor.kind() != Kind.RUNNING_STATISTIC)
              .map(Parameter::name)
              .toList();
      case LAST_SHARED_LAYER ->
          program.stages().stream()
              .filter(stage -> !isOfHead(stage))
              .filter(stage -> reaching(stage).size() == program.heads().size())
              .max(Comparator.comparingInt(stage -> depths.get(stage.output().name())))
              .flatMap(SharedTensors::lastWeights)
              .stream()
              .toList();
    };
  }

  private static boolean isOfHead(StageProgram stage) {
    return stage.ofHeads() || stage.name().startsWith("auxs.");
  }

  private static Optional<String> lastWeights(StageProgram stage) {
    return stage.parameters().stream()
        .filter(tensor -> tensor.kind() == Kind.WEIGHT)
        .map(Parameter::name)
        .reduce((before, last) -> last);
  }
}
