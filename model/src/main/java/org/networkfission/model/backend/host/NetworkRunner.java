package org.networkfission.model.backend.host;

import java.util.Map;
import java.util.function.Consumer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.networkfission.model.backend.Replicas;
import org.networkfission.model.op.StageProgram;

/** The features of a network and the gradients of its tensors, in this machine's memory. */
public interface NetworkRunner extends AutoCloseable {
  /**
   * Computes what the network makes.
   *
   * @param images [batch, channels, height, width]; read again by {@link #backward}
   * @param training whether what only training needs is made too
   * @param step decides, with the seed, what dropout drops
   * @param begun told each stage before its tensors are read, in their order
   * @return outputs by the names of their feature maps, valid until the next call
   */
  Map<String, INDArray> forward(
      INDArray images, boolean training, long step, Consumer<StageProgram> begun);

  /**
   * Where the gradient of an output goes, row-major: the output's own array where nobody reads it
   * again, which saves as much memory as all outputs take.
   *
   * @param output of a pass of training
   */
  INDArray placeOfGradient(INDArray output);

  /**
   * Writes the gradients of all tensors, after {@link #forward} in training.
   *
   * @param flowing the gradient of each output by the name of its feature map
   * @param finished told each stage whose tensors' gradients are written, the last stage first
   */
  void backward(Map<String, INDArray> flowing, Consumer<StageProgram> finished);

  /** Batch norms take their statistics over the minibatches of all replicas from now on. */
  void join(Replicas replicas);

  /** Parameters stay as they are from now on, for predictions. */
  void fixParameters();

  /** Bytes that it has taken so far by what holds them, where it knows. */
  default Map<String, Long> heldBytes() {
    return Map.of();
  }

  @Override
  void close();
}
