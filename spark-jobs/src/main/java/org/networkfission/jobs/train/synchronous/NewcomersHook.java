package org.networkfission.jobs.train.synchronous;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.networkfission.jobs.train.collective.Collective;
import org.networkfission.jobs.train.log.DriverLink;
import org.networkfission.jobs.train.plan.RunPlan;
import org.networkfission.jobs.train.synchronous.Outcome.End;

/**
 * Ends the attempt at a checkpoint where more replicas could train: the next one goes on from it
 * with them. Rank 0 asks the driver, and tells the others.
 */
final class NewcomersHook implements StepHook {
  private final RunPlan plan;
  private final Collective collective;
  private final DriverLink driver;
  private final CheckpointHook checkpoints;

  NewcomersHook(
      RunPlan plan, Collective collective, DriverLink driver, CheckpointHook checkpoints) {
    this.plan = plan;
    this.collective = collective;
    this.driver = driver;
    this.checkpoints = checkpoints;
  }

  @Override
  public Optional<Outcome> after(Step step) throws IOException, InterruptedException {
    if (plan.replicas() == plan.optimisation().most()
        || step.done() == plan.steps()
        || !checkpoints.isWritten(step.done())) {
      return Optional.empty();
    }
    boolean ask = collective.rank() == 0 && driver.hasNewcomers();
    ByteBuffer mine = ByteBuffer.allocate(1).put(0, (byte) (ask ? 1 : 0));
    if (collective.allGather(mine).get(0).get() == 0) {
      return Optional.empty();
    }
    return Optional.of(
        Outcome.of(
            End.NEWCOMERS,
            collective.rank(),
            step.done(),
            "executors have come that take part from step %d on".formatted(step.done())));
  }
}
