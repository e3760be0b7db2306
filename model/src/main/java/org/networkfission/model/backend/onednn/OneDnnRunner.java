package org.networkfission.model.backend.onednn;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.dnnl.memory;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.networkfission.model.backend.OperationClock;
import org.networkfission.model.backend.Replicas;
import org.networkfission.model.backend.StageRunner;
import org.networkfission.model.backend.Tensors;
import org.networkfission.model.op.FeatureMap;
import org.networkfission.model.op.Op;
import org.networkfission.model.op.StageProgram;

/** Computes a stage with oneDNN on the CPU, in float. A plan is made for each batch size once. */
final class OneDnnRunner implements StageRunner {
  private final StageProgram program;
  private final Tensors tensors;
  private final long seed;
  private final OperationClock clock;
  private final Scratch scratch;
  private final Map<List<Object>, Prepared> prepared = new HashMap<>();
  private Optional<Replicas> replicas = Optional.empty();
  private boolean fixed;
  private Prepared last;

  /** A plan with its inputs and outputs. */
  private static final class Prepared {
    final OneDnnPlan plan;
    final List<memory> inputs = new ArrayList<>();
    final List<INDArray> inputGradients = new ArrayList<>();

    /** What the inputs' memory belongs to: it must live until the backward pass has read it. */
    final List<INDArray> read = new ArrayList<>();

    INDArray output;
    memory outputGradient;

    Prepared(OneDnnPlan plan) {
      this.plan = plan;
    }
  }

  /**
   * Begins a stage.
   *
   * @param scratch shared with the network's other stages
   */
  OneDnnRunner(
      StageProgram program, Tensors tensors, long seed, OperationClock clock, Scratch scratch) {
    this.program = program;
    this.tensors = tensors;
    this.seed = seed;
    this.clock = clock;
    this.scratch = scratch;
  }

  @Override
  public INDArray forward(INDArray[] inputs, boolean training, long step) {
    int batch = Math.toIntExact(inputs[0].size(0));
    last = prepared.computeIfAbsent(List.of(batch, training), key -> prepare(batch, training));
    last.read.clear();
    for (int i = 0; i < inputs.length; i++) {
      INDArray input = rowMajor(inputs[i]);
      last.read.add(input);
      last.inputs.get(i).set_data_handle(OneDnn.pointer(input));
    }
    last.plan.step(step);
    last.plan.runForward(clock);
    return last.output;
  }

  @Override
  public INDArray[] backward(INDArray outputGradient) {
    INDArray gradient = rowMajor(outputGradient);
    last.read.add(gradient);
    last.outputGradient.set_data_handle(OneDnn.pointer(gradient));
    last.plan.runBackward(clock);
    last.read.clear();
    return last.inputGradients.toArray(INDArray[]::new);
  }

  private static INDArray rowMajor(INDArray array) {
    boolean is = array.dataType() == DataType.FLOAT && array.ordering() == 'c' && !array.isView();
    return is ? array : array.castTo(DataType.FLOAT).dup('c');
  }

  @SuppressWarnings("try")
  private Prepared prepare(int batch, boolean training) {
    try (MemoryWorkspace outside = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      OneDnnPlan plan =
          new OneDnnPlan(batch, training, tensors, replicas, scratch, fixed && !training);
      Prepared made = new Prepared(plan);
      for (FeatureMap input : program.inputs()) {
        memory place = OneDnnPlan.placeholder(plan.plain(input));
        made.inputs.add(place);
        plan.value(input, place);
      }
      List<OneDnnKernel> kernels = new ArrayList<>();
      for (Op op : program.ops()) {
        OneDnnKernel kernel = op.accept(new OneDnnKernels(seed));
        kernel.forward(plan);
        kernels.add(kernel);
      }
      made.output = array(plan, plan.value(program.output()), program.output());
      if (training) {
        plan.turnBack();
        made.outputGradient = OneDnnPlan.placeholder(plan.plain(program.output()));
        plan.addSharedGradient(program.output(), made.outputGradient);
        for (int i = kernels.size() - 1; i >= 0; i--) {
          kernels.get(i).backward(plan);
        }
        for (FeatureMap input : program.inputs()) {
          made.inputGradients.add(array(plan, plan.gradient(input), input));
        }
      }
      plan.finish();
      return made;
    }
  }

  /** An array that takes on a memory's values in a last step of the pass. */
  private static INDArray array(OneDnnPlan plan, memory from, FeatureMap map) {
    long[] dims = plan.dims(map);
    INDArray array = Nd4j.createUninitialized(DataType.FLOAT, dims);
    plan.copy("reorder outputs", from, plan.wrap(plan.plain(map), array));
    return array;
  }

  @Override
  public void join(Replicas joined) {
    close(); // Their plans do other steps.
    replicas = Optional.of(joined);
  }

  @Override
  public void fixParameters() {
    if (!fixed) {
      fixed = true;
      close(); // Their plans reorder kernels in each pass.
    }
  }

  @Override
  public void close() {
    prepared.values().forEach(one -> one.plan.close());
    prepared.clear();
  }
}
