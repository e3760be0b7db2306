package org.networkfission.jobs.train.server;

import java.util.List;

/** A step whose loss or gradient is not finite. No parameter has changed. */
public final class NonFiniteException extends RuntimeException {
  private final transient List<Integer> replicas;
  private final transient List<String> tensors;

  /**
   * Names who it was.
   *
   * @param replicas whose loss or gradient is not finite; none if only the sum over replicas is not
   * @param tensors of this replica whose gradients are not finite, in the order of the network
   */
  NonFiniteException(long step, List<Integer> replicas, List<String> tensors) {
    super(
        replicas.isEmpty()
            ? "The mean gradient of step %d is not finite".formatted(step)
            : "The loss or gradient of step %d is not finite on replicas %s"
                .formatted(step, replicas));
    this.replicas = List.copyOf(replicas);
    this.tensors = List.copyOf(tensors);
  }

  public List<String> tensors() {
    return tensors;
  }

  public List<Integer> replicas() {
    return replicas;
  }
}
