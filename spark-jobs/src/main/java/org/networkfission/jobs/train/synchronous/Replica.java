package org.networkfission.jobs.train.synchronous;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.networkfission.jobs.cache.ShardCache;
import org.networkfission.jobs.train.checkpoint.Checkpoint;
import org.networkfission.jobs.train.checkpoint.CheckpointFolder;
import org.networkfission.jobs.train.collective.CheckedWait;
import org.networkfission.jobs.train.collective.Collective;
import org.networkfission.jobs.train.input.BatchReader;
import org.networkfission.jobs.train.input.ShardCheck;
import org.networkfission.jobs.train.input.Source;
import org.networkfission.jobs.train.log.DriverLink;
import org.networkfission.jobs.train.log.LossMeans;
import org.networkfission.jobs.train.log.StepClock;
import org.networkfission.jobs.train.log.StepClock.Phase;
import org.networkfission.jobs.train.plan.RunPlan;
import org.networkfission.jobs.train.server.NonFiniteException;
import org.networkfission.jobs.train.server.ParameterServer.Applied;
import org.networkfission.jobs.train.synchronous.Outcome.End;
import org.networkfission.jobs.train.synchronous.StepHook.Step;
import org.networkfission.model.input.Batch;
import org.networkfission.model.input.BatchAssembler;
import org.networkfission.model.network.StepLosses;

/**
 * One replica of a run: reads its minibatches, computes gradients, steps together with the others,
 * and does what is to be done after each step.
 */
final class Replica implements AutoCloseable {
  private final RunPlan plan;
  private final Configuration hadoop;
  private final int rank;
  private final ShardCache cache;
  private final TrainState state;
  private final TaskShares shares;
  private final CheckpointHook checkpoints;
  private final List<StepHook> hooks;
  private final StepClock clock;
  private final Notice notice;

  private Replica(
      RunPlan plan,
      Configuration hadoop,
      int rank,
      ShardCache cache,
      TrainState state,
      TaskShares shares,
      CheckpointHook checkpoints,
      List<StepHook> hooks,
      StepClock clock,
      Notice notice) {
    this.plan = plan;
    this.hadoop = hadoop;
    this.rank = rank;
    this.cache = cache;
    this.state = state;
    this.shares = shares;
    this.checkpoints = checkpoints;
    this.hooks = hooks;
    this.clock = clock;
    this.notice = notice;
  }

  /**
   * Takes the run up.
   *
   * @param collective among all replicas of the run
   * @param direct whether slices go from GPU to GPU
   * @param checkpoint to go on from; the same on every replica
   * @param attempt tells the files of this attempt from those of others
   * @param notice whether this process is asked to end
   */
  static Replica take(
      RunPlan plan,
      Configuration hadoop,
      Collective collective,
      boolean direct,
      DriverLink driver,
      Optional<Checkpoint> checkpoint,
      String attempt,
      Notice notice)
      throws IOException, InterruptedException {
    int rank = collective.rank();
    CheckpointFolder folder = CheckpointHook.open(plan, hadoop, checkpoint, attempt, rank == 0);
    TrainState state = TrainState.take(plan, hadoop, collective, direct, checkpoint);
    StepClock clock = new StepClock();
    LossMeans losses =
        new LossMeans(
            plan.model().network().tasks(),
            plan.data().sources().stream().map(Source::name).toList());
    CheckpointHook checkpoints = new CheckpointHook(plan, state, hadoop, collective, folder, clock);
    List<StepHook> hooks = new ArrayList<>();
    hooks.add(
        step -> {
          losses.add(step.losses(), step.known(), step.sources());
          driver.at(step.done());
          return Optional.empty();
        });
    if (plan.upkeep().validation().every() != 0) {
      Validator validator = new Validator(plan, hadoop, collective, state.network());
      hooks.add(new ValidationHook(plan, state, validator, driver, rank == 0, clock));
    }
    hooks.add(checkpoints); // After validation, which may have found the best step so far.
    hooks.add(new ProgressHook(plan, state, collective, driver, losses, clock));
    hooks.add(new NewcomersHook(plan, collective, driver, checkpoints));
    TaskShares shares = new TaskShares(collective, plan);
    ShardCache cache =
        new ShardCache(
            plan.data().input().cache(),
            hadoop,
            line -> driver.say("replica %d: %s".formatted(rank, line)));
    return new Replica(plan, hadoop, rank, cache, state, shares, checkpoints, hooks, clock, notice);
  }

  /**
   * Trains to the last step.
   *
   * @throws org.networkfission.jobs.train.collective.ReplicaException if another replica is lost or
   *     silent; a retry goes on from the last checkpoint
   */
  Outcome run() throws IOException, InterruptedException {
    try (ShardCheck check =
        new ShardCheck(plan.data().sources(), plan.replicas(), rank, cache, hadoop)) {
      return run(check);
    }
  }

  private Outcome run(ShardCheck check) throws IOException, InterruptedException {
    long first = state.position().firstStep();
    if (first == 0) {
      Optional<Outcome> failure = checkpoints.write(0);
      if (failure.isPresent()) {
        return failure.get();
      }
    }
    try (BatchReader reader = reader()) {
      clock.restart();
      for (long step = first; step < plan.steps(); step++) {
        check.requireIntact();
        Optional<Outcome> end = step(step, reader);
        if (end.isPresent()) {
          return end.get();
        }
      }
    }
    if (state.position().epoch(plan.steps()) > 0) { // All has been read whole.
      check.await();
      check.requireIntact();
    }
    return Outcome.of(End.DONE, rank, plan.steps(), "");
  }

  private BatchReader reader() {
    return new BatchReader(
        hadoop,
        plan::order,
        plan.share(rank),
        new BatchAssembler(plan.model().network(), plan.data().augmentation(), plan.model().seed()),
        plan.optimisation().minibatch(),
        state.position().rows(state.position().firstStep()),
        plan.data().input(),
        cache);
  }

  private Optional<Outcome> step(long step, BatchReader reader)
      throws IOException, InterruptedException {
    List<Batch> minibatches = shares.share(read(reader));
    clock.lap(Phase.INPUT);
    clock.move(shares.takeNanos(), Phase.INPUT, Phase.EXCHANGE);
    state.accumulation().expect(reader.ready());
    state.server().overlap().compute(step);
    StepLosses losses = computeGradient(minibatches, step);
    clock.lap(Phase.COMPUTE);
    clock.move(state.server().overlap().takeNanos(), Phase.COMPUTE, Phase.EXCHANGE);
    state.statistics().ifPresent(s -> clock.move(s.takeNanos(), Phase.COMPUTE, Phase.EXCHANGE));
    double rate = plan.optimisation().learningRate().at(step);
    state.balance().ifPresent(b -> clock.move(b.takeNanos(), Phase.COMPUTE, Phase.EXCHANGE));
    Applied applied;
    try {
      applied = update(step, rate, losses);
    } catch (NonFiniteException e) {
      return Optional.of(diverged(e, step, losses, minibatches));
    }
    Map<String, Double> weights = Map.of();
    if (state.balance().isPresent()) {
      state.balance().get().learn(losses, rate);
      weights = state.balance().get().weights();
    }
    clock.lapExchange(applied.updateNanos());
    minibatches.forEach(Batch::close);
    Step taken =
        new Step(
            step + 1,
            losses,
            minibatches.stream().flatMap(one -> one.sources().stream()).toList(),
            shares.known(minibatches.get(0)),
            weights,
            rate,
            applied.gradientNorm());
    for (StepHook hook : hooks) {
      Optional<Outcome> end = hook.after(taken);
      if (end.isPresent()) {
        return end;
      }
    }
    return applied.leaving().isEmpty() ? Optional.empty() : leave(step + 1, applied.leaving());
  }

  /** Ends this attempt where processes are asked to end, with a checkpoint; not the last step. */
  private Optional<Outcome> leave(long done, List<Integer> leaving)
      throws IOException, InterruptedException {
    if (done == plan.steps()) {
      return Optional.empty();
    }
    Optional<Outcome> failure =
        checkpoints.isWritten(done) ? Optional.empty() : checkpoints.write(done);
    if (failure.isPresent()) {
      return failure;
    }
    String who = leaving.stream().map(Object::toString).collect(Collectors.joining(", "));
    String said =
        "the process of replica %s was asked to end, at step %d; its checkpoint is written";
    return Optional.of(Outcome.of(End.LEFT, rank, done, said.formatted(who, done)));
  }

  private List<Batch> read(BatchReader reader) throws IOException, InterruptedException {
    List<Batch> minibatches = new ArrayList<>();
    int count = plan.share(rank).minibatches().size();
    while (minibatches.size() < count) {
      minibatches.add(reader.next());
    }
    return minibatches;
  }

  private StepLosses computeGradient(List<Batch> minibatches, long step)
      throws IOException, InterruptedException {
    return CheckedWait.of( // A synchronised batch norm waits for the others.
        () ->
            state.balance().isPresent()
                ? state.balance().get().computeGradient(minibatches, step)
                : state.accumulation().computeGradient(minibatches, step, Map.of()));
  }

  private Applied update(long step, double rate, StepLosses losses)
      throws IOException, InterruptedException {
    Applied applied =
        state.server().step(step, rate, Double.isFinite(losses.total()), notice.isGiven());
    state.average().ifPresent(average -> average.update(step));
    return applied;
  }

  private Outcome diverged(
      NonFiniteException e, long step, StepLosses losses, List<Batch> minibatches) {
    // Joint statistics carry what is not finite from one replica to all.
    List<Integer> first = state.statistics().map(StatisticsExchange::notFinite).orElse(List.of());
    List<Integer> culprits = first.isEmpty() ? e.replicas() : first;
    boolean mine = culprits.contains(rank) || (culprits.isEmpty() && rank == 0);
    if (!mine) {
      return Outcome.of(End.STOPPED, rank, step, e.getMessage());
    }
    String what =
        culprits.isEmpty()
            ? "the mean gradient over the replicas is not finite"
            : Divergence.describe(rank, losses, e.tensors());
    return new Outcome(
        End.DIVERGED,
        rank,
        step,
        "%s; no parameter was changed; last good checkpoint: %s"
            .formatted(what, state.lastCheckpoint()),
        minibatches.stream().flatMap(one -> one.keys().stream()).toList());
  }

  @Override
  public void close() {
    state.close();
  }
}
