package org.networkfission.model.network;

/** Over what batch normalisation takes its statistics. */
public enum BatchStatistics {
  /** Over the minibatch of one replica, as the authors did. */
  REPLICA,
  /**
   * Over the minibatches of all replicas, forward and backward: replicas of batch b compute what
   * one replica computes on the joined batch. A network that trains alone is as {@link #REPLICA}.
   */
  SYNCHRONISED,
  /**
   * No statistics: each layer only scales and shifts. The gradient of a joined batch is then
   * exactly the mean of the gradients of its parts.
   */
  NONE
}
