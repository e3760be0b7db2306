package org.networkfission.model.input;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A minibatch. All arrays are float.
 *
 * @param keys the frames' keys
 * @param images what the network sees, [batch, channels, height, width]: photos 0 to 255
 * @param labels class ids, [batch, height, width], 0 = void
 * @param normals unit normals, [batch, 3, height, width], (0, 0, 0) where there is none
 * @param depth metres, [batch, 1, height, width], 0 = not measured
 */
public record Batch(
    List<String> keys, INDArray images, INDArray labels, INDArray normals, INDArray depth) {
  public Batch {
    keys = List.copyOf(keys);
  }

  /** How many frames it holds. */
  public int size() {
    return keys.size();
  }
}
