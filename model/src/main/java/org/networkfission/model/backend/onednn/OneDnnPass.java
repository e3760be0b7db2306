package org.networkfission.model.backend.onednn;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.bytedeco.dnnl.memory;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.networkfission.model.backend.OperationClock;
import org.networkfission.model.backend.Recomputation;
import org.networkfission.model.backend.onednn.memory.OneDnn;
import org.networkfission.model.network.Recompute;
import org.networkfission.model.op.FeatureMap;
import org.networkfission.model.op.Op;
import org.networkfission.model.op.StageProgram;

/** A plan of some stages with the arrays of floats, row-major, that go into it and come out. */
final class OneDnnPass {
  private final OneDnnPlan plan;
  private final List<memory> inputs = new ArrayList<>();
  private final Map<String, INDArray> outputs = new HashMap<>();
  private final Map<String, memory> outputGradients = new HashMap<>();
  private final List<INDArray> inputGradients = new ArrayList<>();

  private Consumer<StageProgram> begun = stage -> {};
  private Consumer<StageProgram> finished = stage -> {};

  /** What memory of others belongs to: it must live until the backward pass has read it. */
  private final List<INDArray> read = new ArrayList<>();

  /**
   * Makes the plan.
   *
   * @param plan without any steps
   * @param inputs what the stages read of others
   * @param stages each after those that it reads
   * @param outputs what of the stages' outputs others read
   * @param seed decides, with the step, what dropout drops
   * @param inputGradients whether others ask for the gradients of the inputs
   * @param recompute what the backward pass computes again
   */
  @SuppressWarnings("try")
  OneDnnPass(
      OneDnnPlan plan,
      List<FeatureMap> inputs,
      List<StageProgram> stages,
      List<FeatureMap> outputs,
      long seed,
      boolean inputGradients,
      Recompute recompute) {
    this.plan = plan;
    try (MemoryWorkspace outside = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      for (FeatureMap input : inputs) {
        memory place = OneDnnPlan.placeholder(floats(input));
        this.inputs.add(place);
        plan.value(input, plan.as(place, plan.plain(input)));
      }
      List<List<OneDnnKernel>> kernels = new ArrayList<>();
      for (StageProgram stage : stages) {
        kernels.add(
            plan.folded()
                ? FusedKernels.of(stage, new OneDnnKernels(seed))
                : stage.ops().stream().map(op -> kernel(op, seed)).toList());
        plan.enter(stage);
        plan.add("told", () -> begun.accept(stage));
        kernels.get(kernels.size() - 1).forEach(kernel -> kernel.forward(plan));
      }
      for (FeatureMap output : outputs) {
        this.outputs.put(output.name(), array(plan.value(output), output));
      }
      if (plan.training()) {
        turnBack(outputs);
        for (int i = stages.size() - 1; i >= 0; i--) {
          repeat(stages.get(i), kernels.get(i), recompute);
          backward(stages.get(i), kernels.get(i));
        }
        for (FeatureMap input : inputGradients ? inputs : List.<FeatureMap>of()) {
          this.inputGradients.add(array(plan.gradient(input), input));
        }
      }
      plan.finish();
    }
  }

  private static OneDnnKernel kernel(Op op, long seed) {
    return op.accept(new OneDnnKernels(seed));
  }

  private void turnBack(List<FeatureMap> outputs) {
    plan.turnBack();
    for (FeatureMap output : outputs) {
      memory place = OneDnnPlan.placeholder(floats(output));
      outputGradients.put(output.name(), place);
      plan.addSharedGradient(output, plan.as(place, plan.plain(output)));
    }
  }

  /** Makes the features of a stage once more, so that they need not live until here. */
  private void repeat(StageProgram stage, List<OneDnnKernel> kernels, Recompute recompute) {
    List<Boolean> again = Recomputation.again(stage, recompute);
    if (again.contains(true)) {
      plan.forgetConversions();
      plan.enter(stage);
    }
    for (int i = 0; i < again.size(); i++) {
      if (again.get(i)) {
        kernels.get(i).repeat(plan);
      }
    }
  }

  private void backward(StageProgram stage, List<OneDnnKernel> kernels) {
    plan.enter(stage);
    plan.enterGradients(stage);
    for (int i = kernels.size() - 1; i >= 0; i--) {
      kernels.get(i).backward(plan);
    }
    plan.leaveGradients(stage);
    plan.add("told", () -> finished.accept(stage));
  }

  private memory.desc floats(FeatureMap map) {
    return plan.plain(map.as(map.type().parameters()));
  }

  /** An array that takes on a memory's values in a last step of the pass. */
  private INDArray array(memory from, FeatureMap map) {
    INDArray array = Nd4j.createUninitialized(DataType.FLOAT, plan.dims(map));
    plan.copy("reorder outputs", from, plan.wrap(floats(map), array));
    return array;
  }

  /**
   * Computes the outputs.
   *
   * @param features the inputs, in order; read again by {@link #backward}
   * @param step decides, with the seed, what dropout drops
   * @param told each stage before its tensors are read
   * @return by name, valid until the next call; {@link #backward} takes their arrays for gradients
   *     too
   */
  Map<String, INDArray> forward(
      INDArray[] features, long step, Consumer<StageProgram> told, OperationClock clock) {
    begun = told;
    read.clear();
    for (int i = 0; i < features.length; i++) {
      point(inputs.get(i), features[i]);
    }
    plan.step(step);
    plan.runForward(clock);
    return outputs;
  }

  /**
   * Writes the tensors' gradients.
   *
   * @param gradients of the outputs, by name
   * @param told each stage whose tensors' gradients are written
   * @return the gradients of the inputs where they are asked for, in order
   */
  List<INDArray> backward(
      Map<String, INDArray> gradients, Consumer<StageProgram> told, OperationClock clock) {
    finished = told;
    outputGradients.forEach((name, place) -> point(place, gradients.get(name)));
    plan.runBackward(clock);
    read.clear();
    return inputGradients;
  }

  private void point(memory place, INDArray array) {
    boolean is = array.dataType() == DataType.FLOAT && array.ordering() == 'c' && !array.isView();
    INDArray rowMajor = is ? array : array.castTo(DataType.FLOAT).dup('c');
    read.add(rowMajor);
    place.set_data_handle(OneDnn.pointer(rowMajor));
  }

  OneDnnPlan plan() {
    return plan;
  }

  /** What the arrays that are handed out take. */
  long outputBytes() {
    return Stream.concat(outputs.values().stream(), inputGradients.stream())
        .mapToLong(array -> Float.BYTES * array.length())
        .sum();
  }

  void close() {
    plan.close();
  }
}
