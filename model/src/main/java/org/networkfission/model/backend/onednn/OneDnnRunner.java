package org.networkfission.model.backend.onednn;

import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.networkfission.model.backend.OperationClock;
import org.networkfission.model.backend.Replicas;
import org.networkfission.model.backend.StageRunner;
import org.networkfission.model.backend.Tensors;
import org.networkfission.model.network.GradientCompute;
import org.networkfission.model.op.StageProgram;

/** Computes one stage by itself with oneDNN on the CPU. */
final class OneDnnRunner implements StageRunner {
  private final String output;
  private final OneDnnPasses passes;
  private final OperationClock clock;
  private OneDnnPass last;

  OneDnnRunner(StageProgram program, Tensors tensors, long seed, OperationClock clock) {
    this.output = program.output().name();
    this.clock = clock;
    this.passes =
        new OneDnnPasses(
            program.inputs(),
            List.of(program),
            List.of(program.output()),
            tensors,
            seed,
            true,
            GradientCompute.PLAIN);
  }

  @Override
  public INDArray forward(INDArray[] inputs, boolean training, long step) {
    last = passes.of(inputs[0].size(0), training);
    return last.forward(inputs, step, stage -> {}, clock).get(output);
  }

  @Override
  public INDArray[] backward(INDArray outputGradient) {
    return last.backward(Map.of(output, outputGradient), stage -> {}, clock)
        .toArray(INDArray[]::new);
  }

  @Override
  public void join(Replicas replicas) {
    passes.join(replicas);
  }

  @Override
  public void fixParameters() {
    passes.fixParameters();
  }

  @Override
  public void close() {
    passes.close();
  }
}
