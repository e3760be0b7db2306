package org.networkfission.jobs.train.input;

import java.util.ArrayList;
import java.util.List;

/**
 * What a replica computes of every step. A step is cut into pieces of equally many images, as many
 * for each virtual replica as {@code train.accumulate} says. Which images a piece holds depends
 * neither on the number of replicas nor on who computes it; a run whose number of replicas never
 * changes has as many virtual ones.
 *
 * @param replicas how many there are
 * @param piecesOfEach of each virtual replica in a step
 * @param minibatches those of this replica, in order, each of one piece or, where batch norm is
 *     synchronised, of several
 * @param first which of all replicas' minibatches is this one's first
 * @param total minibatches of all replicas in a step
 */
public record StepShare(
    int replicas, int piecesOfEach, List<List<Piece>> minibatches, int first, int total) {
  /**
   * A part of a step.
   *
   * @param virtualReplica whose rows it holds
   * @param number among those of this virtual replica
   */
  public record Piece(int virtualReplica, int number) {}

  /**
   * The share of a replica: pieces of neighbours, as many as of any other or one more or less.
   *
   * @param virtualReplicas at least as many as there are replicas
   * @param joined whether what the replica computes of a round of pieces is one minibatch; then
   *     virtual replicas must be a multiple of replicas
   */
  public static StepShare of(
      int virtualReplicas, int piecesOfEach, int replicas, int rank, boolean joined) {
    if (replicas > virtualReplicas || (joined && virtualReplicas % replicas != 0)) {
      throw new IllegalArgumentException(
          "Cannot share %d virtual replicas among %d".formatted(virtualReplicas, replicas));
    }
    return joined
        ? joined(virtualReplicas, piecesOfEach, replicas, rank)
        : alone(virtualReplicas, piecesOfEach, replicas, rank);
  }

  /** That of a single replica. */
  public static StepShare ofOne(int minibatches) {
    return of(1, minibatches, 1, 0, false);
  }

  private static StepShare alone(int virtualReplicas, int piecesOfEach, int replicas, int rank) {
    int all = Math.multiplyExact(virtualReplicas, piecesOfEach);
    int first = (int) ((long) all * rank / replicas);
    int end = (int) ((long) all * (rank + 1) / replicas);
    List<List<Piece>> minibatches = new ArrayList<>();
    for (int i = first; i < end; i++) {
      minibatches.add(List.of(new Piece(i / piecesOfEach, i % piecesOfEach)));
    }
    return new StepShare(replicas, piecesOfEach, minibatches, first, all);
  }

  private static StepShare joined(int virtualReplicas, int piecesOfEach, int replicas, int rank) {
    int each = virtualReplicas / replicas;
    List<List<Piece>> minibatches = new ArrayList<>();
    for (int round = 0; round < piecesOfEach; round++) {
      List<Piece> minibatch = new ArrayList<>();
      for (int i = 0; i < each; i++) {
        minibatch.add(new Piece(rank * each + i, round));
      }
      minibatches.add(minibatch);
    }
    return new StepShare(
        replicas, piecesOfEach, minibatches, rank * piecesOfEach, replicas * piecesOfEach);
  }

  /** The virtual replica whose rows this replica reads first. */
  public int firstVirtualReplica() {
    return minibatches.get(0).get(0).virtualReplica();
  }

  /** The pieces of each of this replica's minibatches. */
  public int piecesOfMinibatch() {
    return minibatches.get(0).size();
  }

  /** Whether each replica has one minibatch: there is nothing to sum and nothing to weigh. */
  public boolean isOneOfEach() {
    return total == replicas && minibatches.size() == 1;
  }

  /** How many minibatches a replica has on average: what sums over its own are divided by. */
  public double mean() {
    return (double) total / replicas;
  }
}
