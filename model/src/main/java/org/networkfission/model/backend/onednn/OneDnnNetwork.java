package org.networkfission.model.backend.onednn;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.networkfission.model.backend.NetworkProgram;
import org.networkfission.model.backend.OperationClock;
import org.networkfission.model.backend.Replicas;
import org.networkfission.model.backend.Tensors;
import org.networkfission.model.backend.host.NetworkRunner;
import org.networkfission.model.op.FeatureMap;
import org.networkfission.model.op.StageProgram;

/**
 * Computes a whole network with oneDNN on the CPU in one plan: features keep their layout across
 * stages, and lie in memory only as long as something reads them.
 */
final class OneDnnNetwork implements NetworkRunner {
  private final OneDnnPasses passes;
  private final OperationClock clock;
  private OneDnnPass last;

  OneDnnNetwork(NetworkProgram program, Tensors tensors, OperationClock clock) {
    List<FeatureMap> outputs = new ArrayList<>();
    for (NetworkProgram.Head head : program.heads()) {
      outputs.add(head.output());
      outputs.addAll(head.auxiliary());
    }
    this.clock = clock;
    this.passes =
        new OneDnnPasses(
            List.of(program.image()),
            program.stages(),
            outputs,
            tensors,
            program.seed(),
            false,
            program.gradients());
  }

  @Override
  public Map<String, INDArray> forward(
      INDArray images, boolean training, long step, Consumer<StageProgram> begun) {
    last = passes.of(images.size(0), training);
    return last.forward(new INDArray[] {images}, step, begun, clock);
  }

  /** The plan reads its own features, not what it handed out. */
  @Override
  public INDArray placeOfGradient(INDArray output) {
    return output;
  }

  @Override
  public void backward(Map<String, INDArray> flowing, Consumer<StageProgram> finished) {
    last.backward(flowing, finished, clock);
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
  public Map<String, Long> heldBytes() {
    return passes.heldBytes();
  }

  @Override
  public void close() {
    passes.close();
  }
}
