package org.networkfission.model.backend.host;

import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.networkfission.model.backend.Replicas;

/** What a stage computes with: ND4J's operations, or oneDNN. */
public interface StageRunner extends AutoCloseable {
  /**
   * Computes the stage's output.
   *
   * @param inputs [batch, channels, height, width] each; read again by {@link #backward}
   * @param step decides, with the seed, what dropout drops
   * @return valid until the next call
   */
  INDArray forward(INDArray[] inputs, boolean training, long step);

  /**
   * Writes the gradients of the stage's tensors, after {@link #forward} in training.
   *
   * @param outputGradient of the output of {@link #forward}
   * @return the gradient of each input, null for the image
   */
  INDArray[] backward(INDArray outputGradient);

  /** Says where to write gradients: a view per tensor. */
  void gradients(Map<String, INDArray> views);

  /** Batch norms take their statistics over the minibatches of all replicas from now on. */
  void join(Replicas replicas);

  /** Parameters stay as they are from now on, for predictions. */
  void fixParameters();

  @Override
  void close();
}
