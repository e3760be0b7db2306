package org.networkfission.jobs.train.synchronous;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.networkfission.model.backend.Arithmetic;

/**
 * What is to be said where the bits of a run depend on which processor does what. Parameters are
 * equal on all replicas even then, for every slice of them is computed once; but another run, or
 * one that was not interrupted, may end with others.
 */
final class UnlikeProcessors {
  private static final String REMEDY =
      "; cluster.instruction-set = avx2 (or sse41) makes processors alike";

  private UnlikeProcessors() {}

  /**
   * Where replicas differ from each other.
   *
   * @param replicas by rank
   */
  static Optional<String> among(List<Arithmetic> replicas) {
    if (replicas.stream().distinct().count() < 2) {
      return Optional.empty();
    }
    return Optional.of(
        "replicas compute differently, so the same run on other hosts may end with other parameters: %s%s"
            .formatted(text(replicas), REMEDY));
  }

  /**
   * Where a run goes on otherwise than it was until its checkpoint.
   *
   * @param before by rank; empty where it is not known
   */
  static Optional<String> between(List<Arithmetic> before, List<Arithmetic> now) {
    if (before.isEmpty() || before.equals(now)) {
      return Optional.empty();
    }
    return Optional.of(
        "the run goes on with other arithmetic than before, so it may end with other parameters than one that was not interrupted: now %s; before %s%s"
            .formatted(text(now), text(before), REMEDY));
  }

  private static String text(List<Arithmetic> replicas) {
    if (replicas.stream().distinct().count() == 1) {
      return replicas.get(0).text();
    }
    return IntStream.range(0, replicas.size())
        .mapToObj(rank -> "replica %d with %s".formatted(rank, replicas.get(rank).text()))
        .collect(Collectors.joining(", "));
  }
}
