package org.networkfission.model.input;

import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.networkfission.model.task.GroundTruth;

/**
 * A minibatch.
 *
 * @param keys the frames' keys
 * @param images what the network sees, float, [batch, channels, height, width]: photos 0 to 255
 * @param truths what is known of each frame, at the images' size: each task takes its own from it
 */
public record Batch(List<String> keys, INDArray images, List<GroundTruth> truths) {
  public Batch {
    keys = List.copyOf(keys);
    truths = List.copyOf(truths);
  }

  /** How many frames it holds. */
  public int size() {
    return keys.size();
  }

  /** Both minibatches as one. Takes the arrays of both, which are closed. */
  public Batch join(Batch other) {
    List<String> allKeys = new ArrayList<>(keys);
    allKeys.addAll(other.keys);
    List<GroundTruth> allTruths = new ArrayList<>(truths);
    allTruths.addAll(other.truths);
    Batch joined = new Batch(allKeys, Nd4j.concat(0, images, other.images), allTruths);
    close();
    other.close();
    return joined;
  }

  /** Frees the memory of the images, which lies outside the Java heap. */
  public void close() {
    if (images.closeable()) {
      images.close();
    }
  }
}
