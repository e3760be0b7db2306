package org.networkfission.model.backend;

import java.util.List;

/**
 * The replicas that train a network together, as a synchronised batch norm needs them: it
 * normalises by the statistics of all their minibatches, which are equally large.
 */
public interface Replicas {
  /**
   * Gives every replica everybody's vector. All replicas call it with vectors of the same length,
   * in the same order.
   *
   * @return by rank, the same on every replica
   * @throws java.io.UncheckedIOException if a replica is lost or silent
   */
  List<double[]> gather(double[] own);
}
