package org.networkfission.model.backend;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * One stage by itself, its inputs and outputs in this machine's memory: what DL4J's graphs compute
 * with, and what operations are compared by.
 */
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

  /** Batch norms take their statistics over the minibatches of all replicas from now on. */
  void join(Replicas replicas);

  /** Parameters stay as they are from now on, for predictions. */
  void fixParameters();

  @Override
  void close();
}
