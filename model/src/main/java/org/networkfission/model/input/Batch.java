package org.networkfission.model.input;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.networkfission.model.network.Task;
import org.networkfission.model.task.GroundTruth;

/**
 * A minibatch.
 *
 * @param keys the frames' keys
 * @param images what the network sees, float, [batch, channels, height, width]: photos 0 to 255
 * @param truths what is known of each frame, at the images' size: each task takes its own from it
 * @param sources which of a run's data sets each frame comes from
 * @param shares what this replica's loss of a task counts for among all replicas, where they know
 *     of differently many images; 1 where a task is absent
 */
public record Batch(
    List<String> keys,
    INDArray images,
    List<GroundTruth> truths,
    List<Integer> sources,
    Map<Task, Double> shares) {
  public Batch {
    keys = List.copyOf(keys);
    truths = List.copyOf(truths);
    sources = List.copyOf(sources);
    shares = Map.copyOf(shares);
  }

  /** A minibatch of one data set. */
  public Batch(List<String> keys, INDArray images, List<GroundTruth> truths) {
    this(keys, images, truths, Collections.nCopies(keys.size(), 0), Map.of());
  }

  /** How many frames it holds. */
  public int size() {
    return keys.size();
  }

  /** What this replica's loss of a task counts for among all replicas. */
  public double share(Task task) {
    return shares.getOrDefault(task, 1.0);
  }

  /** The same frames, from these data sets. */
  public Batch from(List<Integer> otherSources) {
    return new Batch(keys, images, truths, otherSources, shares);
  }

  /** The same frames, whose losses count for so much. */
  public Batch sharing(Map<Task, Double> otherShares) {
    return new Batch(keys, images, truths, sources, otherShares);
  }

  /** Frees the memory of the images, which lies outside the Java heap. */
  public void close() {
    if (images.closeable()) {
      images.close();
    }
  }
}
