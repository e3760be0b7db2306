package org.networkfission.jobs.train.sharing;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.parameterserver.distributed.v2.ModelParameterServer;
import org.networkfission.jobs.train.checkpoint.Checkpoint;
import org.networkfission.jobs.train.checkpoint.CheckpointFolder;
import org.networkfission.jobs.train.checkpoint.OptimizerFile;
import org.networkfission.jobs.train.collective.Slices;
import org.networkfission.jobs.train.log.Failure;
import org.networkfission.jobs.train.log.RunMonitor;
import org.networkfission.jobs.train.plan.DivergedException;
import org.networkfission.jobs.train.plan.RunPlan;
import org.networkfission.jobs.train.server.Checksum;
import org.networkfission.jobs.train.sharing.SharingReplica.Round;
import org.networkfission.model.graph.FissionGraph;
import org.networkfission.model.graph.FissionNetwork;
import org.networkfission.model.graph.GraphTraining;
import org.networkfission.model.optimizer.Adam.Moments;
import org.networkfission.prep.commit.StoredFile;
import org.networkfission.prep.settings.Json;

/** One run by gradient sharing, on the driver. */
final class SharingRun {
  private final JavaSparkContext spark;
  private final RunPlan plan;
  private final double threshold;
  private final RunMonitor monitor;
  private final PrintWriter out;
  private final Configuration hadoop;
  private Optional<Checkpoint.Best> best = Optional.empty();
  private volatile String stopped;

  SharingRun(
      JavaSparkContext spark, RunPlan plan, double threshold, RunMonitor monitor, PrintWriter out) {
    this.spark = spark;
    this.plan = plan;
    this.threshold = threshold;
    this.monitor = monitor;
    this.out = out;
    this.hadoop = spark.hadoopConfiguration();
  }

  /**
   * Trains to the last step.
   *
   * @param before the checkpoint to go on from
   * @throws DivergedException if a loss or gradient is not finite
   */
  void execute(Optional<Checkpoint> before) throws IOException {
    SharingNetwork.prepare();
    SharingNetwork.own(); // The driver hears all updates too.
    long step = before.map(c -> c.state().step()).orElse(0L);
    long begun = step;
    long position = before.map(c -> c.state().examples() / plan.replicas()).orElse(0L);
    CheckpointFolder checkpoints =
        new CheckpointFolder(
            new Path(plan.upkeep().output()),
            hadoop,
            CheckpointFolder.attempt(new Path(plan.upkeep().output()), true, hadoop));
    checkpoints.clean();
    ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor();
    try (FissionNetwork network =
        FissionNetwork.create(plan.model().network(), plan.model().losses(), plan.model().seed())) {
      FissionGraph graph =
          network.trainedByDl4j(
              new GraphTraining(
                  plan.optimisation().adam(),
                  plan.optimisation().learningRate(),
                  plan.replicas(),
                  0));
      if (before.isPresent()) {
        takeUp(before.get(), network, graph);
      } else {
        plan.model().initial().assignTo(network);
        write(checkpoints, step, position, network, graph);
      }
      out.println(
          "sharing gradients among %d replicas, %s"
              .formatted(
                  plan.replicas(),
                  before.isPresent()
                      ? "going on from step " + step
                      : plan.model().initial().source()));
      spark.setJobGroup(
          plan.id().toString(),
          "train %s to step %d".formatted(plan.upkeep().output(), plan.steps()),
          true);
      var watching = watch.scheduleWithFixedDelay(() -> watch(), 1, 1, TimeUnit.SECONDS);
      SharingMaster master =
          new SharingMaster(
              new SharingNetwork(
                  spark.getConf().get("spark.driver.host"), plan.upkeep().exchange().port()),
              plan.replicas(),
              plan.optimisation().batchSize(),
              threshold);
      SparkComputationGraph training = new SparkComputationGraph(spark, graph, master);
      while (step < plan.steps()) {
        long steps =
            Math.min(
                plan.steps() - step,
                plan.upkeep().checkpoint().every() - step % plan.upkeep().checkpoint().every());
        round(training, new Round(step == begun, step, steps, position));
        step += steps;
        position += steps * plan.optimisation().batchSize();
        write(checkpoints, step, position, network, graph);
        checkpoints.retain(plan.upkeep().checkpoint(), best);
      }
      watching.cancel(false);
    } finally {
      watch.shutdownNow();
      if (ModelParameterServer.getInstance().isInitialized()) {
        ModelParameterServer.getInstance().shutdown();
      }
      spark.cancelJobGroup(plan.id().toString());
    }
  }

  private void round(SparkComputationGraph training, Round round) {
    List<Integer> ranks = IntStream.range(0, plan.replicas()).boxed().toList();
    JavaRDD<DataSet> minibatches =
        spark
            .parallelize(ranks, plan.replicas())
            .mapPartitionsWithIndex(new SharingInput(plan, hadoop, round), true);
    try {
      training.fit(minibatches);
    } catch (Exception e) { // Spark throws SparkException without declaring it.
      Optional<Failure> failure = monitor.failure();
      if (stopped == null && failure.map(Failure::diverged).orElse(false)) {
        throw new DivergedException(failure.get().reason());
      }
      String reason =
          Optional.ofNullable(stopped)
              .or(() -> failure.map(Failure::reason))
              .orElse(e.getMessage());
      throw new IllegalStateException("Training failed: " + reason, e);
    }
  }

  /** Ends the run where a replica is silent, or none takes a step any more. */
  private void watch() {
    Duration limit = plan.upkeep().exchange().stepTimeout().plus(Duration.ofMinutes(3));
    List<String> silent = monitor.silent(limit);
    if (!silent.isEmpty() || monitor.sinceLastStep().compareTo(limit) > 0) {
      stopped =
          silent.isEmpty()
              ? "no replica has taken a step for %d s; do UDP packets pass between the hosts?"
                  .formatted(limit.toSeconds())
              : String.join(", ", silent);
      spark.cancelJobGroup(plan.id().toString());
    }
  }

  private void takeUp(Checkpoint before, FissionNetwork network, FissionGraph graph)
      throws IOException {
    try (FissionNetwork saved = before.network(hadoop)) {
      network.engine().parameters().write(0, saved.engine().parameters().read());
    }
    int parameters = before.state().parameters();
    best = Optional.ofNullable(before.state().best());
    graph.moments(before.slice(0, parameters, hadoop).moments());
  }

  private void write(
      CheckpointFolder checkpoints,
      long step,
      long position,
      FissionNetwork network,
      FissionGraph graph)
      throws IOException {
    int parameters = network.engine().parameters().length();
    Moments moments = graph.moments();
    Slices slices = new Slices(parameters, plan.replicas());
    List<StoredFile> parts = new ArrayList<>();
    for (int i = 0; i < plan.replicas(); i++) {
      Moments slice = moments.slice(slices.from(i), slices.to(i));
      parts.add(
          checkpoints.write(
              step, new OptimizerFile.Contents(slice, Optional.empty()), i, plan.replicas()));
    }
    parts.add(checkpoints.write(step, network));
    checkpoints.commit(
        new Checkpoint.State(
            step,
            plan.order(0).epoch(position),
            position * plan.replicas(),
            plan.replicas(),
            null,
            plan.optimisation().batchSize(),
            plan.model().seed(),
            parameters,
            Checksum.of(network.engine().parameters()),
            plan.model().network(),
            plan.data().classMap(),
            Json.MAPPER.readTree(plan.upkeep().configuration()),
            best.orElse(null),
            null,
            List.of(),
            plan.data().learned()),
        parts);
  }
}
