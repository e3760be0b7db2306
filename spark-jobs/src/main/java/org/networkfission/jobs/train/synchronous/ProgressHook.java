package org.networkfission.jobs.train.synchronous;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.networkfission.jobs.train.collective.Collective;
import org.networkfission.jobs.train.log.DriverLink;
import org.networkfission.jobs.train.log.LossMeans;
import org.networkfission.jobs.train.log.ProgressLine;
import org.networkfission.jobs.train.log.StepClock;
import org.networkfission.jobs.train.log.StepClock.Phase;
import org.networkfission.jobs.train.plan.RunPlan;

/** Gathers the losses of all replicas into a line of progress, and begins the clock anew. */
final class ProgressHook implements StepHook {
  private final RunPlan plan;
  private final TrainState state;
  private final Collective collective;
  private final DriverLink driver;
  private final LossMeans losses;
  private final StepClock clock;
  private long bytesLogged;

  ProgressHook(
      RunPlan plan,
      TrainState state,
      Collective collective,
      DriverLink driver,
      LossMeans losses,
      StepClock clock) {
    this.plan = plan;
    this.state = state;
    this.collective = collective;
    this.driver = driver;
    this.losses = losses;
    this.clock = clock;
  }

  @Override
  public Optional<Outcome> after(Step step) throws IOException, InterruptedException {
    if (step.done() == plan.steps() || step.done() % plan.upkeep().logEvery() == 0) {
      int steps = losses.steps();
      List<ByteBuffer> gathered = collective.allGather(losses.take());
      if (collective.rank() == 0) {
        driver.progress(progress(step, steps, gathered));
        bytesLogged = state.server().bytesSent();
      }
      clock.restart();
    }
    return Optional.empty();
  }

  private ProgressLine progress(Step step, int steps, List<ByteBuffer> gathered) {
    Map<String, Double> means = losses.mean(gathered);
    double seconds = clock.seconds();
    double perStep = seconds / steps;
    Map<String, Double> shares = new LinkedHashMap<>();
    for (Phase phase : Phase.values()) {
      shares.put(phase.id(), clock.seconds(phase) / seconds);
    }
    double total = means.remove(LossMeans.TOTAL);
    return new ProgressLine(
        step.done(),
        plan.steps(),
        state.position().epoch(step.done()),
        total,
        means,
        losses.bySource(gathered),
        losses.peaks(gathered),
        step.weights(),
        step.rate(),
        step.gradientNorm(),
        plan.optimisation().globalBatch() / perStep,
        perStep,
        shares,
        (state.server().bytesSent() - bytesLogged) / 1e6,
        (plan.steps() - step.done()) * perStep);
  }
}
