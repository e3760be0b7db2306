package org.networkfission.model.network;

import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A model that predicts a batch: a network as it was trained, or one that was exported from it. For
 * one thread at a time.
 */
public interface Predictor extends AutoCloseable {
  /** The network that it is, or was exported from: its input, tasks and classes. */
  NetworkSpec spec();

  /**
   * Predicts a batch.
   *
   * @param images [batch, channels, height, width], as {@link
   *     org.networkfission.model.network.InputModality} says
   * @return labels: class scores [batch, classes, height, width]; normals: unit vectors [batch, 3,
   *     height, width]; depth: metres [batch, 1, height, width]; disparity: up to scale and shift
   *     [batch, 1, height, width]; arrays of the caller's
   * @throws IllegalArgumentException if the images do not fit, or hold a value that is not finite
   */
  Map<Task, INDArray> predict(INDArray images);

  /** Gives native memory back. */
  @Override
  void close();
}
