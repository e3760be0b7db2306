package org.networkfission.model.backend.nd4j;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.networkfission.model.backend.OperationClock;
import org.networkfission.model.backend.Replicas;
import org.networkfission.model.backend.StageRunner;
import org.networkfission.model.backend.Tensors;
import org.networkfission.model.backend.host.HostEngine;
import org.networkfission.model.op.FeatureMap;
import org.networkfission.model.op.Op;
import org.networkfission.model.op.StageProgram;

/** Computes a stage with ND4J's operations, in float or double, on any backend. */
final class Nd4jRunner implements StageRunner {
  private final StageProgram program;
  private final OperationClock clock;
  private final List<Nd4jKernel> kernels = new ArrayList<>();

  Nd4jRunner(StageProgram program, Tensors tensors, long seed, OperationClock clock) {
    this.program = program;
    this.clock = clock;
    for (Op op : program.ops()) {
      kernels.add(op.accept(new Nd4jKernels(tensors, seed)));
    }
  }

  @Override
  public INDArray forward(INDArray[] inputs, boolean training, long step) {
    Map<String, INDArray> values = new HashMap<>();
    for (int i = 0; i < inputs.length; i++) {
      FeatureMap input = program.inputs().get(i);
      values.put(input.name(), inputs[i].castTo(HostEngine.nd4j(input.type())));
    }
    for (int i = 0; i < kernels.size(); i++) {
      Op op = program.ops().get(i);
      INDArray[] arguments =
          op.inputs().stream().map(input -> values.get(input.name())).toArray(INDArray[]::new);
      Nd4jKernel kernel = kernels.get(i);
      clock.time(
          "forward ",
          op.getClass().getSimpleName(),
          () -> values.put(op.output().name(), kernel.forward(arguments, training, step)));
    }
    return values.get(program.output().name());
  }

  @Override
  public INDArray[] backward(INDArray outputGradient) {
    Map<String, INDArray> flowing = new HashMap<>();
    flowing.put(program.output().name(), outputGradient);
    for (int i = kernels.size() - 1; i >= 0; i--) {
      Op op = program.ops().get(i);
      Nd4jKernel kernel = kernels.get(i);
      clock.time("backward ", op.getClass().getSimpleName(), () -> backward(op, kernel, flowing));
    }
    return program.inputs().stream()
        .map(input -> flowing.get(input.name()))
        .toArray(INDArray[]::new);
  }

  private static void backward(Op op, Nd4jKernel kernel, Map<String, INDArray> flowing) {
    INDArray[] back = kernel.backward(flowing.remove(op.output().name()));
    for (int k = 0; k < back.length; k++) {
      flowing.merge(op.inputs().get(k).name(), back[k], INDArray::add);
    }
  }

  @Override
  public void join(Replicas replicas) {
    kernels.forEach(kernel -> kernel.join(replicas));
  }

  @Override
  public void fixParameters() {
    // It reads them as they lie.
  }

  @Override
  public void close() {}
}
