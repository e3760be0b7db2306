package org.networkfission.jobs.train.synchronous;

import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.networkfission.jobs.train.checkpoint.Checkpoint;
import org.networkfission.jobs.train.checkpoint.OptimizerFile;
import org.networkfission.jobs.train.collective.CheckedWait;
import org.networkfission.jobs.train.collective.Collective;
import org.networkfission.jobs.train.collective.Slices;
import org.networkfission.jobs.train.input.StepShare;
import org.networkfission.jobs.train.plan.RunPlan;
import org.networkfission.jobs.train.server.Checksum;
import org.networkfission.jobs.train.server.MovingAverage;
import org.networkfission.jobs.train.server.ParameterServer;
import org.networkfission.model.backend.Engine;
import org.networkfission.model.backend.FlatVector;
import org.networkfission.model.balance.GradientScope;
import org.networkfission.model.balance.TaskBalance;
import org.networkfission.model.graph.FissionNetwork;
import org.networkfission.model.network.BatchStatistics;
import org.networkfission.model.optimizer.Adam.Moments;

/**
 * What training changes on a replica: the network, its slice of the optimizer, and how far it is.
 */
final class TrainState implements AutoCloseable {
  private final Accumulation accumulation;
  private final ParameterServer server;
  private final Optional<MovingAverage> average;
  private final Optional<StatisticsExchange> statistics;
  private final Optional<BalancedTasks> balance;
  private final DataPosition position;
  private Optional<Checkpoint.Best> best;
  private Optional<Path> lastCheckpoint;

  private TrainState(
      Accumulation accumulation,
      ParameterServer server,
      Optional<MovingAverage> average,
      Optional<StatisticsExchange> statistics,
      Optional<BalancedTasks> balance,
      DataPosition position,
      Optional<Checkpoint> checkpoint) {
    this.accumulation = accumulation;
    this.server = server;
    this.average = average;
    this.statistics = statistics;
    this.balance = balance;
    this.position = position;
    this.best = checkpoint.flatMap(c -> Optional.ofNullable(c.state().best()));
    this.lastCheckpoint = checkpoint.map(Checkpoint::folder);
  }

  /**
   * Takes a run up together with the other replicas.
   *
   * @param direct whether slices go from GPU to GPU
   * @param checkpoint to go on from; the same on every replica
   */
  static TrainState take(
      RunPlan plan,
      Configuration hadoop,
      Collective collective,
      boolean direct,
      Optional<Checkpoint> checkpoint)
      throws IOException, InterruptedException {
    FissionNetwork network = network(plan, hadoop, checkpoint);
    try {
      return take(plan, hadoop, collective, direct, checkpoint, network);
    } catch (IOException | InterruptedException | RuntimeException e) {
      network.close(); // Another attempt may need a GPU's memory.
      throw e;
    }
  }

  private static TrainState take(
      RunPlan plan,
      Configuration hadoop,
      Collective collective,
      boolean direct,
      Optional<Checkpoint> checkpoint,
      FissionNetwork network)
      throws IOException, InterruptedException {
    Optional<StatisticsExchange> statistics =
        plan.model().network().batchNorm() == BatchStatistics.SYNCHRONISED
            ? Optional.of(new StatisticsExchange(collective))
            : Optional.empty();
    statistics.ifPresent(network::join);
    Engine engine = network.engine();
    StepShare share = plan.share(collective.rank());
    engine.prepare(plan.optimisation().minibatch() * share.piecesOfMinibatch());
    Accumulation accumulation = new Accumulation(network, share);
    Slices slices = new Slices(engine.parameters().length(), collective.size());
    int from = slices.from(collective.rank());
    int to = slices.to(collective.rank());
    Optional<OptimizerFile.Contents> saved =
        checkpoint.isPresent()
            ? Optional.of(checkpoint.get().slice(from, to, hadoop))
            : Optional.empty();
    ParameterServer server =
        ParameterServer.join(
            collective,
            plan.upkeep().exchange().wire(),
            plan.optimisation().adam(),
            engine,
            saved.map(OptimizerFile.Contents::moments).orElseGet(() -> Moments.zeros(from, to)),
            direct
                ? CheckedWait.of(() -> engine.exchange(devices(plan, collective, slices)))
                : Optional.empty());
    boolean onePass = // A gradient that is not a sum of several is final where it is written.
        share.isOneOfEach()
            && TaskBalance.scope(plan.model().losses().balance()) == GradientScope.NONE;
    if (onePass) {
      engine.watchGradient(server.overlap()::finalFrom);
    }
    if (engine.watchParameters(server.overlap()::neededTo)) {
      server.overlap().gatherLate();
    }
    return new TrainState(
        accumulation,
        server,
        average(plan, engine.parameters(), from, to, saved),
        statistics,
        BalancedTasks.of(
            plan,
            accumulation,
            collective,
            checkpoint.flatMap(one -> Optional.ofNullable(one.state().balance()))),
        DataPosition.of(plan, collective.rank(), checkpoint),
        checkpoint);
  }

  private static ReplicaDevices devices(RunPlan plan, Collective collective, Slices slices) {
    return new ReplicaDevices(collective, slices, plan.upkeep().exchange().stepTimeout());
  }

  private static FissionNetwork network(
      RunPlan plan, Configuration hadoop, Optional<Checkpoint> checkpoint) throws IOException {
    RunPlan.Model model = plan.model();
    FissionNetwork network =
        FissionNetwork.create(model.network(), model.losses(), model.seed(), model.gradients());
    if (checkpoint.isPresent()) {
      try (FissionNetwork saved = checkpoint.get().network(hadoop)) {
        network.engine().parameters().write(0, saved.engine().parameters().read());
      }
    } else {
      model.initial().assignTo(network);
    }
    network.freeze(model.freeze());
    return network;
  }

  private static Optional<MovingAverage> average(
      RunPlan plan,
      FlatVector parameters,
      int from,
      int to,
      Optional<OptimizerFile.Contents> saved) {
    double decay = plan.optimisation().averageDecay();
    if (decay == 0) {
      return Optional.empty();
    }
    return Optional.of(
        saved
            .flatMap(OptimizerFile.Contents::average)
            .map(values -> new MovingAverage(decay, parameters, from, values))
            .orElseGet(() -> MovingAverage.begin(decay, parameters, from, to)));
  }

  FissionNetwork network() {
    return accumulation.network();
  }

  /** What computes a step's gradient. */
  Accumulation accumulation() {
    return accumulation;
  }

  ParameterServer server() {
    return server;
  }

  Optional<MovingAverage> average() {
    return average;
  }

  /** Where batch norms are synchronised. */
  Optional<StatisticsExchange> statistics() {
    return statistics;
  }

  /** Where the tasks' weights change while the network trains. */
  Optional<BalancedTasks> balance() {
    return balance;
  }

  DataPosition position() {
    return position;
  }

  /** How many parameters the network has. */
  int parameters() {
    return network().engine().parameters().length();
  }

  /** CRC-32 of the parameters. */
  long checksum() {
    return Checksum.of(network().engine().parameters());
  }

  /** What this replica writes into a checkpoint. */
  OptimizerFile.Contents slice() {
    return new OptimizerFile.Contents(server.moments(), average.map(MovingAverage::values));
  }

  /** The best step so far on the validation sample. */
  Optional<Checkpoint.Best> best() {
    return best;
  }

  /** Whether a step is the best so far. */
  boolean isBest(long step) {
    return best.isPresent() && best.get().step() == step;
  }

  void best(Checkpoint.Best newBest) {
    best = Optional.of(newBest);
  }

  void lastCheckpoint(Path folder) {
    lastCheckpoint = Optional.of(folder);
  }

  /** The last good checkpoint, in words. */
  String lastCheckpoint() {
    return lastCheckpoint.map(Path::toString).orElse("none");
  }

  @Override
  public void close() {
    network().close();
  }
}
