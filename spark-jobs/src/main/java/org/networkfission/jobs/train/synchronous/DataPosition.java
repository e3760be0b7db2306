package org.networkfission.jobs.train.synchronous;

import java.util.Optional;
import org.networkfission.jobs.train.checkpoint.Checkpoint;
import org.networkfission.jobs.train.input.InputOrder;
import org.networkfission.jobs.train.plan.RunPlan;

/**
 * How far a replica has come in the data, by the step.
 *
 * @param order of the rows of this replica's first virtual one
 * @param batchSize images of a step of each virtual replica
 * @param firstStep that this attempt takes
 * @param firstExamples seen by all replicas together before it
 */
record DataPosition(
    InputOrder order, int virtualReplicas, int batchSize, long firstStep, long firstExamples) {
  static DataPosition of(RunPlan plan, int rank, Optional<Checkpoint> checkpoint) {
    return new DataPosition(
        plan.order(plan.share(rank).firstVirtualReplica()),
        plan.optimisation().most(),
        plan.optimisation().batchSize(),
        checkpoint.map(c -> c.state().step()).orElse(0L),
        checkpoint.map(c -> c.state().examples()).orElse(0L));
  }

  /**
   * Rows of each virtual replica that have been read before a step, in all epochs of all data sets.
   */
  long rows(long step) {
    return firstExamples / virtualReplicas + (step - firstStep) * batchSize;
  }

  /** Passes over the data begun before a step, counted from 0. */
  long epoch(long step) {
    return order.epoch(rows(step));
  }

  /** Examples that all replicas together have seen before a step. */
  long examples(long step) {
    return firstExamples + (step - firstStep) * batchSize * virtualReplicas;
  }
}
