package org.networkfission.jobs.train.synchronous;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.networkfission.jobs.train.checkpoint.Checkpoint;
import org.networkfission.jobs.train.checkpoint.CheckpointFolder;
import org.networkfission.jobs.train.checkpoint.OptimizerFile;
import org.networkfission.jobs.train.collective.Collective;
import org.networkfission.jobs.train.collective.RunStopped;
import org.networkfission.jobs.train.collective.Slices;
import org.networkfission.jobs.train.input.BatchReader;
import org.networkfission.jobs.train.input.DataOrder;
import org.networkfission.jobs.train.log.DriverLink;
import org.networkfission.jobs.train.log.LossMeans;
import org.networkfission.jobs.train.log.Progress;
import org.networkfission.jobs.train.log.StepClock;
import org.networkfission.jobs.train.log.StepClock.Phase;
import org.networkfission.jobs.train.log.Validation;
import org.networkfission.jobs.train.plan.RunPlan;
import org.networkfission.jobs.train.server.FlatVector;
import org.networkfission.jobs.train.server.MovingAverage;
import org.networkfission.jobs.train.server.NonFiniteException;
import org.networkfission.jobs.train.server.ParameterServer;
import org.networkfission.jobs.train.synchronous.Outcome.End;
import org.networkfission.model.evaluation.Evaluation;
import org.networkfission.model.graph.FissionNetwork;
import org.networkfission.model.input.Batch;
import org.networkfission.model.input.BatchAssembler;
import org.networkfission.model.network.BatchNorm;
import org.networkfission.model.network.StepLosses;
import org.networkfission.model.optimizer.Adam.Moments;

/**
 * One replica of a run: reads its minibatches, computes gradients, steps together with the others,
 * and writes its part of the checkpoints. Rank 0 also writes the network and reports progress.
 */
final class Replica implements AutoCloseable {
  private final RunPlan plan;
  private final Configuration hadoop;
  private final Collective collective;
  private final DriverLink driver;
  private final int rank;
  private final CheckpointFolder checkpoints;
  private final FissionNetwork network;
  private final ByteBuffer parameters;
  private final ParameterServer server;
  private final Optional<MovingAverage> average;
  private final Optional<StatisticsExchange> statistics;
  private final DataOrder order;
  private final long firstStep;
  private final long firstExamples;
  private final long firstPosition;
  private final StepClock clock = new StepClock();
  private final LossMeans losses;
  private final Optional<Validator> validator;
  private Optional<Checkpoint.Best> best;
  private Optional<Path> lastCheckpoint;
  private long bytesLogged;

  /**
   * Takes the run up.
   *
   * @param collective among all replicas of the run
   * @param checkpoint to go on from; the same on every replica
   * @param attempt names this attempt in temporary folders
   */
  Replica(
      RunPlan plan,
      Configuration hadoop,
      Collective collective,
      DriverLink driver,
      Optional<Checkpoint> checkpoint,
      String attempt)
      throws IOException, InterruptedException {
    this.plan = plan;
    this.hadoop = hadoop;
    this.collective = collective;
    this.driver = driver;
    this.rank = collective.rank();
    this.checkpoints = new CheckpointFolder(new Path(plan.output()), hadoop, attempt);
    this.lastCheckpoint = checkpoint.map(Checkpoint::folder);
    if (rank == 0) {
      checkpoints.clean(); // No replica writes before all have joined, below.
      if (checkpoint.isPresent() && checkpoint.get().isBest()) {
        checkpoints.best(checkpoint.get().state().step()); // If it was lost before it said so.
      }
    }
    this.losses = new LossMeans(plan.network().tasks());
    this.order =
        new DataOrder(
            plan.groups(), plan.seed(), plan.replicas(), rank, plan.input().shuffleRows());
    this.firstStep = checkpoint.map(c -> c.state().step()).orElse(0L);
    this.firstExamples = checkpoint.map(c -> c.state().examples()).orElse(0L);
    this.firstPosition = firstExamples / plan.replicas();
    this.network = FissionNetwork.create(plan.network(), plan.losses(), plan.seed());
    if (checkpoint.isPresent()) {
      try (FissionNetwork saved = checkpoint.get().network(hadoop)) {
        network.parameters().assign(saved.parameters());
      }
    } else {
      plan.initial().assignTo(network);
    }
    network.freeze(plan.freeze());
    this.statistics =
        plan.network().batchNorm() == BatchNorm.SYNCHRONISED
            ? Optional.of(new StatisticsExchange(collective))
            : Optional.empty();
    statistics.ifPresent(network::join);
    this.validator =
        plan.validation().every() == 0
            ? Optional.empty()
            : Optional.of(new Validator(plan, hadoop, collective, network));
    this.best = checkpoint.flatMap(c -> Optional.ofNullable(c.state().best()));
    this.parameters = FlatVector.bytes(network.parameters());
    INDArray gradient = network.gradient();
    Slices slices = new Slices((int) gradient.length(), plan.replicas());
    Optional<OptimizerFile.Contents> slice =
        checkpoint.isPresent()
            ? Optional.of(checkpoint.get().slice(slices.from(rank), slices.to(rank), hadoop))
            : Optional.empty();
    Moments moments =
        slice
            .map(OptimizerFile.Contents::moments)
            .orElseGet(() -> Moments.zeros(slices.from(rank), slices.to(rank)));
    ByteBuffer own = slices.of(parameters, rank);
    this.average =
        plan.averageDecay() == 0
            ? Optional.empty()
            : Optional.of(
                slice
                    .flatMap(OptimizerFile.Contents::average)
                    .map(values -> new MovingAverage(plan.averageDecay(), own, values))
                    .orElseGet(() -> MovingAverage.begin(plan.averageDecay(), own)));
    this.server =
        ParameterServer.join(
            collective,
            plan.exchange().wire(),
            plan.adam(),
            network.ranges(),
            moments,
            parameters,
            FlatVector.bytes(gradient));
  }

  /**
   * Trains to the last step.
   *
   * @throws ReplicaException if another replica is lost or silent; a retry goes on from the last
   *     checkpoint
   */
  Outcome run() throws IOException, InterruptedException {
    if (firstStep == 0) {
      Optional<Outcome> failure = checkpoint(0);
      if (failure.isPresent()) {
        return failure.get();
      }
    }
    BatchAssembler assembler = new BatchAssembler(plan.network(), plan.augmentation(), plan.seed());
    try (BatchReader reader =
        new BatchReader(
            new Path(plan.dataset()),
            hadoop,
            order,
            assembler,
            plan.batchSize(),
            firstPosition,
            plan.input())) {
      clock.restart();
      for (long step = firstStep; step < plan.steps(); step++) {
        Optional<Outcome> end = step(step, reader);
        if (end.isPresent()) {
          return end.get();
        }
      }
    }
    return Outcome.of(End.DONE, rank, plan.steps(), "");
  }

  private Optional<Outcome> step(long step, BatchReader reader)
      throws IOException, InterruptedException {
    Batch batch = reader.next();
    clock.lap(Phase.INPUT);
    // Dropout differs between replicas: to each its own numbers.
    StepLosses loss = computeGradient(batch, step * plan.replicas() + rank);
    clock.lap(Phase.COMPUTE);
    statistics.ifPresent(s -> clock.move(s.takeNanos(), Phase.COMPUTE, Phase.EXCHANGE));
    double rate = plan.learningRate().at(step);
    FlatVector.toHost(network.gradient());
    ParameterServer.Applied applied;
    try {
      applied = server.step(step, rate, Double.isFinite(loss.total()));
    } catch (NonFiniteException e) {
      return Optional.of(diverged(e, step, loss, batch));
    }
    FlatVector.changedOnHost(network.parameters());
    average.ifPresent(a -> a.update(step));
    clock.lapExchange(applied.updateNanos());
    BatchReader.release(batch);
    losses.add(loss);
    long done = step + 1;
    driver.at(done);
    boolean last = done == plan.steps();
    boolean newBest = plan.validation().due(done, plan.steps()) && validate(done);
    if (last || newBest || done % plan.checkpoint().every() == 0) {
      Optional<Outcome> failure = checkpoint(done);
      if (failure.isPresent()) {
        return failure;
      }
    }
    if (last || done % plan.logEvery() == 0) {
      report(done, rate, applied.gradientNorm());
    }
    return Optional.empty();
  }

  private StepLosses computeGradient(Batch batch, long step)
      throws IOException, InterruptedException {
    try {
      return network.computeGradient(batch, step);
    } catch (UncheckedIOException e) { // A synchronised batch norm waits for the others.
      if (Thread.interrupted()) {
        throw new InterruptedException(e.getMessage());
      }
      throw e.getCause();
    }
  }

  private Outcome diverged(NonFiniteException e, long step, StepLosses loss, Batch batch) {
    // Joint statistics carry what is not finite from one replica to all.
    List<Integer> first = statistics.map(StatisticsExchange::notFinite).orElse(List.of());
    List<Integer> culprits = first.isEmpty() ? e.replicas() : first;
    boolean mine = culprits.contains(rank) || (culprits.isEmpty() && rank == 0);
    if (!mine) {
      return Outcome.of(End.STOPPED, rank, step, e.getMessage());
    }
    String what =
        culprits.isEmpty()
            ? "the mean gradient over the replicas is not finite"
            : Divergence.describe(rank, loss, e.tensors());
    return new Outcome(
        End.DIVERGED,
        rank,
        step,
        "%s; no parameter was changed; last good checkpoint: %s"
            .formatted(what, lastCheckpoint.map(Path::toString).orElse("none")),
        batch.keys());
  }

  /** Evaluates the network together with the other replicas; true if it is the best so far. */
  private boolean validate(long step) throws IOException, InterruptedException {
    Optional<Evaluation> evaluation = validator.orElseThrow().evaluate();
    clock.lap(Phase.VALIDATION);
    if (evaluation.isEmpty()) {
      if (rank == 0) {
        driver.say("validation at step %d: a prediction is not finite".formatted(step));
      }
      return false;
    }
    OptionalDouble before =
        best.map(b -> OptionalDouble.of(b.score())).orElseGet(OptionalDouble::empty);
    Validation validation = Validation.of(step, evaluation.get(), before);
    if (validation.best()) {
      best = Optional.of(new Checkpoint.Best(step, validation.score()));
    }
    if (rank == 0) {
      driver.validated(validation, validator.get().panels());
    }
    return validation.best();
  }

  private long position(long step) {
    return firstPosition + (step - firstStep) * plan.batchSize();
  }

  /** Writes a checkpoint together with the other replicas; an outcome means that it failed. */
  private Optional<Outcome> checkpoint(long step) throws IOException, InterruptedException {
    long checksum = FlatVector.checksum(parameters);
    String problem = "";
    try {
      checkpoints.write(
          step,
          new OptimizerFile.Contents(server.moments(), average.map(MovingAverage::values)),
          rank,
          plan.replicas());
      if (rank == 0) {
        checkpoints.write(state(step, checksum), network);
      }
    } catch (IOException e) {
      problem = "Cannot write the checkpoint of step %d: %s".formatted(step, firstLine(e));
    }
    byte[] text = problem.getBytes(StandardCharsets.UTF_8);
    ByteBuffer mine = ByteBuffer.allocate(Long.BYTES + text.length);
    List<ByteBuffer> all = collective.allGather(mine.putLong(checksum).put(text).flip());
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).getLong() != checksum) {
        return Optional.of(
            failed(step, "Replicas %d and %d have different parameters".formatted(rank, i)));
      }
      if (all.get(i).hasRemaining()) {
        return Optional.of(failed(step, StandardCharsets.UTF_8.decode(all.get(i)).toString()));
      }
    }
    if (rank == 0) {
      try {
        lastCheckpoint = Optional.of(checkpoints.commit(step));
        if (best.isPresent() && best.get().step() == step) {
          checkpoints.best(step);
        }
        checkpoints.retain(plan.checkpoint(), best);
      } catch (IOException e) {
        Outcome failure =
            failed(
                step, "Cannot write the checkpoint of step %d: %s".formatted(step, firstLine(e)));
        collective.abort(new RunStopped(failure.message()));
        return Optional.of(failure);
      }
    } else {
      lastCheckpoint =
          Optional.of(new Path(new Path(plan.output(), Checkpoint.FOLDER), Checkpoint.name(step)));
    }
    clock.lap(Phase.CHECKPOINT);
    return Optional.empty();
  }

  private Outcome failed(long step, String message) {
    return Outcome.of(
        End.FAILED,
        rank,
        step,
        "%s; last good checkpoint: %s"
            .formatted(message, lastCheckpoint.map(Path::toString).orElse("none")));
  }

  private static String firstLine(IOException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse(e.toString());
  }

  private Checkpoint.State state(long step, long checksum) throws IOException {
    long position = position(step);
    return new Checkpoint.State(
        step,
        position / order.rowsPerEpoch(),
        firstExamples + (step - firstStep) * plan.batchSize() * plan.replicas(),
        plan.replicas(),
        plan.batchSize(),
        plan.seed(),
        parameters.remaining() / Float.BYTES,
        checksum,
        plan.network(),
        plan.classMap(),
        Checkpoint.JSON.readTree(plan.configuration()),
        best.orElse(null));
  }

  private void report(long done, double rate, double gradientNorm)
      throws IOException, InterruptedException {
    int steps = losses.steps();
    List<ByteBuffer> gathered = collective.allGather(losses.take());
    Map<String, Double> means = losses.mean(gathered);
    if (rank == 0) {
      double seconds = clock.seconds();
      double perStep = seconds / steps;
      Map<String, Double> shares = new LinkedHashMap<>();
      for (Phase phase : Phase.values()) {
        shares.put(phase.id(), clock.seconds(phase) / seconds);
      }
      double total = means.remove(LossMeans.TOTAL);
      driver.progress(
          new Progress(
              done,
              plan.steps(),
              position(done) / order.rowsPerEpoch(),
              total,
              means,
              losses.peaks(gathered),
              rate,
              gradientNorm,
              plan.batchSize() * (double) plan.replicas() / perStep,
              perStep,
              shares,
              (collective.bytesSent() - bytesLogged) / 1e6,
              (plan.steps() - done) * perStep));
      bytesLogged = collective.bytesSent();
    }
    clock.restart();
  }

  @Override
  public void close() {
    network.close();
  }
}
