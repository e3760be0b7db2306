package org.networkfission.jobs.train;

import java.util.List;

/** A step whose loss or gradient is not finite. No parameter has changed. */
final class NonFiniteException extends RuntimeException {
  private final transient List<Integer> replicas;

  /**
   * Names who it was.
   *
   * @param replicas whose loss or gradient is not finite; none if only the sum over replicas is not
   */
  NonFiniteException(long step, List<Integer> replicas) {
    super(
        replicas.isEmpty()
            ? "The mean gradient of step %d is not finite".formatted(step)
            : "The loss or gradient of step %d is not finite on replicas %s"
                .formatted(step, replicas));
    this.replicas = List.copyOf(replicas);
  }

  List<Integer> replicas() {
    return replicas;
  }
}
