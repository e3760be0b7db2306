package org.networkfission.model.backend.host;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.memory.MemoryWorkspaceManager;
import org.nd4j.linalg.api.memory.conf.WorkspaceConfiguration;
import org.nd4j.linalg.api.memory.enums.AllocationPolicy;
import org.nd4j.linalg.api.memory.enums.LearningPolicy;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.networkfission.model.backend.FiniteImages;
import org.networkfission.model.backend.FlatEngine;
import org.networkfission.model.backend.NetworkProgram;
import org.networkfission.model.backend.OperationClock;
import org.networkfission.model.backend.Replicas;
import org.networkfission.model.backend.Tensors;
import org.networkfission.model.backend.TotalLoss;
import org.networkfission.model.input.Batch;
import org.networkfission.model.loss.TaskLoss;
import org.networkfission.model.network.StepLosses;
import org.networkfission.model.network.Task;
import org.networkfission.model.op.DataType;
import org.networkfission.model.op.FeatureMap;
import org.networkfission.model.op.StageProgram;

/**
 * A network in this machine's memory: outputs go into the losses as arrays of ND4J's; parameters
 * and gradients are live views of flat vectors.
 */
public final class HostEngine extends FlatEngine {
  private static final WorkspaceConfiguration WORKSPACE =
      WorkspaceConfiguration.builder()
          .policyLearning(LearningPolicy.FIRST_LOOP)
          .policyAllocation(AllocationPolicy.STRICT)
          .build();

  private final NetworkProgram program;
  private final TotalLoss total;
  private final HostParameters flat;
  private final NetworkRunner runner;
  private final OperationClock clock = new OperationClock();
  private final Map<String, Part> parts = new HashMap<>();
  private IntConsumer finalFrom = from -> {};
  private IntConsumer neededTo = to -> {};
  private final String workspace = "fission-" + System.identityHashCode(this);

  /** Where a stage's tensors lie in the flat vectors. */
  private record Part(int from, int to) {}

  /** What makes a network's runner. */
  public interface Runners {
    NetworkRunner of(Tensors tensors, OperationClock clock);
  }

  /** Prepares a network. */
  public HostEngine(NetworkProgram program, Runners runners) {
    this(program, runners, new HostParameters(program.ranges(), program.type()));
  }

  private HostEngine(NetworkProgram program, Runners runners, HostParameters flat) {
    super(flat);
    this.program = program;
    this.total = new TotalLoss(program);
    this.flat = flat;
    Tensors tensors =
        Tensors.of(program.parameters(), parameters().live().get(), gradient().live().get());
    this.runner = runners.of(tensors, clock);
    int from = 0;
    for (StageProgram stage : program.stages()) {
      int to = from + Math.toIntExact(stage.parameterCount());
      parts.put(stage.name(), new Part(from, to));
      from = to;
    }
  }

  /** ND4J's name for a type. */
  public static org.nd4j.linalg.api.buffer.DataType nd4j(DataType type) {
    return switch (type) {
      case FLOAT32, TF32 -> org.nd4j.linalg.api.buffer.DataType.FLOAT;
      case BFLOAT16 -> org.nd4j.linalg.api.buffer.DataType.BFLOAT16;
      case FLOAT64 -> org.nd4j.linalg.api.buffer.DataType.DOUBLE;
    };
  }

  @Override
  @SuppressWarnings("try")
  public StepLosses computeGradient(Batch batch, long step, Map<Task, Double> factors) {
    FiniteImages.require(batch.images(), batch.keys());
    try (MemoryWorkspace scope = open()) {
      Map<String, INDArray> made = runner.forward(batch.images(), true, step, this::begin);
      Map<String, INDArray> flowing = new HashMap<>();
      Map<Task, StepLosses.TaskLosses> losses = new LinkedHashMap<>();
      clock.time("", "losses", () -> losses(batch, factors, made, losses, flowing));
      runner.backward(flowing, this::finish);
      return total.sum(losses, factors);
    }
  }

  /** The parameters of a stage are read next. */
  private void begin(StageProgram stage) {
    neededTo.accept(parts.get(stage.name()).to());
  }

  @Override
  public boolean watchParameters(IntConsumer listener) {
    neededTo = listener;
    return true;
  }

  /** The gradients of a stage are written: they and those of all stages behind it are final. */
  private void finish(StageProgram stage) {
    Part part = parts.get(stage.name());
    flat.clearFrozen(part.from(), part.to());
    finalFrom.accept(part.from());
  }

  @Override
  public void watchGradient(IntConsumer listener) {
    finalFrom = listener;
  }

  /** Computes all losses, and the gradient of each output by the name of its feature map. */
  private void losses(
      Batch batch,
      Map<Task, Double> factors,
      Map<String, INDArray> made,
      Map<Task, StepLosses.TaskLosses> losses,
      Map<String, INDArray> flowing) {
    for (NetworkProgram.Head head : program.heads()) {
      TaskLoss loss = total.of(head, batch);
      double[] weights = total.weights(head.task(), factors);
      List<FeatureMap> outputs = new ArrayList<>(List.of(head.output()));
      outputs.addAll(head.auxiliary());
      double[] values = new double[weights.length];
      double peak = 0;
      double[] images = {};
      for (int i = 0; i < outputs.size(); i++) {
        String name = outputs.get(i).name();
        INDArray output = made.get(name);
        TaskLoss.Result result = loss.compute(output, runner.placeOfGradient(output), weights[i]);
        values[i] = result.loss();
        peak = i == 0 ? result.peak() : peak;
        images = i == 0 ? result.images() : images;
        flowing.put(name, result.gradient());
      }
      losses.put(
          head.task(), new StepLosses.TaskLosses(values[0], values[1], values[2], peak, images));
    }
  }

  @Override
  @SuppressWarnings("try")
  public Map<Task, INDArray> predict(INDArray images) {
    FiniteImages.require(images, List.of());
    Map<Task, INDArray> outputs = new LinkedHashMap<>();
    try (MemoryWorkspace scope = open()) {
      Map<String, INDArray> made = runner.forward(images, false, 0, this::begin);
      try (MemoryWorkspace outside = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
        for (NetworkProgram.Head head : program.heads()) {
          outputs.put(head.task(), made.get(head.output().name()).dup('c'));
        }
      }
    }
    return outputs;
  }

  @Override
  public void join(Replicas replicas) {
    runner.join(replicas);
  }

  @Override
  public void fixParameters() {
    runner.fixParameters();
  }

  private MemoryWorkspace open() {
    return Nd4j.getWorkspaceManager().getAndActivateWorkspace(WORKSPACE, workspace);
  }

  @Override
  public void startClocks() {
    clock.start();
  }

  @Override
  public Map<String, Double> operationSeconds() {
    return clock.seconds();
  }

  @Override
  public Map<String, Long> heldBytes() {
    long vector = (long) parameters().length() * (program.type() == DataType.FLOAT64 ? 8 : 4);
    Map<String, Long> bytes = new LinkedHashMap<>();
    bytes.put("parameters", vector);
    bytes.put("gradient", vector);
    bytes.putAll(runner.heldBytes());
    return bytes;
  }

  @Override
  public void close() {
    runner.close();
    MemoryWorkspaceManager workspaces = Nd4j.getWorkspaceManager();
    if (workspaces.checkIfWorkspaceExists(workspace)) {
      // Not opened for it: what is open when it is destroyed stays open, and keeps what the thread
      // allocates from then on.
      workspaces.destroyWorkspace(workspaces.getWorkspaceForCurrentThread(WORKSPACE, workspace));
    }
  }
}
