package org.networkfission.jobs.train;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rpc.RpcEndpointRef;
import org.apache.spark.sql.SparkSession;
import org.networkfission.jobs.cluster.Cluster;
import org.networkfission.jobs.cluster.ClusterSession;
import org.networkfission.jobs.cluster.ClusterSettings;
import org.networkfission.jobs.report.Provenance;
import org.networkfission.jobs.train.checkpoint.Checkpoint;
import org.networkfission.jobs.train.collective.ExchangeSecurity;
import org.networkfission.jobs.train.input.RowGroup;
import org.networkfission.jobs.train.log.RunLog;
import org.networkfission.jobs.train.log.RunMonitor;
import org.networkfission.jobs.train.log.TrainingPage;
import org.networkfission.jobs.train.plan.DivergedException;
import org.networkfission.jobs.train.plan.InitialParameters;
import org.networkfission.jobs.train.plan.RunPlan;
import org.networkfission.jobs.train.plan.TrainMode;
import org.networkfission.jobs.train.plan.ValidationSettings;
import org.networkfission.jobs.train.sharing.SharingNetwork;
import org.networkfission.jobs.train.sharing.SharingTraining;
import org.networkfission.jobs.train.synchronous.Outcome;
import org.networkfission.jobs.train.synchronous.Outcome.End;
import org.networkfission.jobs.train.synchronous.ReplicaTask;
import org.networkfission.model.graph.FissionNetwork;
import org.networkfission.model.loss.LossSpec;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.model.network.Task;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.settings.ConfigException;
import org.networkfission.prep.settings.Product;
import org.networkfission.prep.shard.Manifest;
import scala.reflect.ClassTag$;

/**
 * Trains a network: one Spark job, one barrier stage, one task per executor, each a replica, for
 * the whole run. A run whose output folder holds checkpoints goes on from the latest.
 */
public final class TrainJob {
  private final TrainSettings settings;
  private final NetworkSpec network;
  private final LossSpec losses;
  private final ClusterSettings cluster;
  private final JsonNode configuration;
  private final PrintWriter out;
  private final String dataset;
  private final Path output;

  /**
   * Describes a run.
   *
   * @param cluster one replica trains on each of its executors
   * @param configuration the resolved configuration, stored with the checkpoints
   * @param out where progress is told
   * @throws ConfigException if the data set or the output is not named
   */
  public TrainJob(
      TrainSettings settings,
      NetworkSpec network,
      LossSpec losses,
      ClusterSettings cluster,
      JsonNode configuration,
      PrintWriter out) {
    this.settings = settings;
    this.network = network;
    this.losses = losses;
    this.cluster = cluster;
    this.configuration = configuration;
    this.out = out;
    this.dataset = ConfigException.required("train.dataset", settings.dataset());
    this.output = new Path(ConfigException.required("train.output", settings.output()));
  }

  /**
   * Trains to the last step.
   *
   * @throws DivergedException if a loss or gradient is not finite
   * @throws InputException if the data cannot be read
   * @throws ConfigException if the settings do not fit the data, the cluster or the checkpoint
   */
  public TrainResult execute() throws IOException, InterruptedException {
    long start = System.nanoTime();
    Configuration hadoop = Cluster.hadoop(cluster);
    Manifest manifest = Manifest.open(new Path(dataset), hadoop);
    List<RowGroup> groups = rowGroups(manifest);
    requireTensorsToFreeze();
    Optional<Checkpoint> before = Checkpoint.latest(output, hadoop);
    before.ifPresent(this::requireSameRun);
    if (before.map(c -> c.state().step() >= settings.steps()).orElse(false)) {
      out.println(
          "nothing to do: %s has all %d steps".formatted(before.get().folder(), settings.steps()));
      return new TrainResult(before.get(), 0);
    }
    Optional<String> from = settings.initialise().from().filter(source -> before.isEmpty());
    Optional<float[]> initial = Optional.empty();
    if (from.isPresent()) {
      initial =
          Optional.of(
              InitialParameters.read(from.get(), network, losses, settings.seed(), hadoop, out));
    }
    try (ClusterSession session =
        Cluster.start(cluster.oneTaskPerExecutor(), "train", output.toString())) {
      SparkSession spark = session.spark();
      if (settings.mode() == TrainMode.GRADIENT_SHARING) {
        SharingNetwork.check(
            spark.sparkContext().getConf(),
            settings.exchange().requireAuthentication(),
            network.batchNorm());
      }
      ExchangeSecurity.check(
          spark.sparkContext().getConf(), settings.exchange().requireAuthentication());
      ExecutorCount.await(spark.sparkContext(), cluster.executors(), settings.startTimeout(), out);
      long firstStep = before.map(c -> c.state().step()).orElse(0L);
      JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
      InitialParameters parameters =
          initial.isPresent()
              ? InitialParameters.of(from.orElseThrow(), initial.get(), context)
              : InitialParameters.fromSeed(context);
      RunPlan plan = plan(manifest, groups, parameters);
      String end = "The command was stopped.";
      try (RunLog log = new RunLog(output, firstStep, hadoop)) {
        if (settings.mode() == TrainMode.GRADIENT_SHARING) {
          new SharingTraining(context, plan, settings.gradientSharing().threshold(), log, out)
              .execute(before);
        } else {
          train(spark, plan, log, hadoop);
        }
        end = "All %,d steps are done.".formatted(plan.steps());
      } catch (IOException | RuntimeException e) {
        end = "The run ended early: " + e.getMessage();
        throw e;
      } finally {
        writePage(end, firstStep, start, hadoop);
      }
    }
    Checkpoint last = Checkpoint.latest(output, hadoop).orElseThrow();
    double seconds = (System.nanoTime() - start) / 1e9;
    out.println(
        "trained %d steps in %.0f s: %s".formatted(last.state().step(), seconds, last.folder()));
    return new TrainResult(last, seconds);
  }

  /** Writes the page of curves; the run itself does not fail of it. */
  private void writePage(String end, long firstStep, long start, Configuration hadoop) {
    Path page = new Path(output, TrainingPage.FILE_NAME);
    Path temporary = new Path(output, "_temporary-" + TrainingPage.FILE_NAME);
    try {
      FileSystem files = output.getFileSystem(hadoop);
      String html =
          TrainingPage.of(
              output.getName(),
              end,
              RunLog.read(output, hadoop),
              RunLog.validations(output, hadoop),
              new Provenance(facts(firstStep, start), configuration));
      try (OutputStream out = files.create(temporary, true)) {
        out.write(html.getBytes(StandardCharsets.UTF_8));
      }
      files.delete(page, false);
      if (!files.rename(temporary, page)) {
        throw new IOException("it cannot be renamed from " + temporary.getName());
      }
    } catch (IOException e) {
      out.println("Cannot write %s: %s".formatted(page, e.getMessage()));
    }
  }

  private Map<String, String> facts(long firstStep, long start) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("run", output.toString());
    facts.put("data", "%s, split %s".formatted(dataset, settings.split()));
    facts.put(
        "minibatch", "%d replicas of %d".formatted(cluster.executors(), settings.batchSize()));
    facts.put(
        "network",
        "%s, %s, %d × %d pixels, width × %s, batch norm %s"
            .formatted(
                network.scheme().id(),
                network.tasks().stream().map(Task::id).collect(Collectors.joining(", ")),
                network.width(),
                network.height(),
                network.widthMultiplier(),
                network.batchNorm().name().toLowerCase(Locale.ROOT)));
    facts.put("seed", Long.toString(settings.seed()));
    facts.put("Network Fission", Product.VERSION);
    facts.put("Java", Runtime.version().toString());
    facts.put("Spark", org.apache.spark.package$.MODULE$.SPARK_VERSION());
    facts.put("finished", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    facts.put(
        "last command",
        "from step %,d on, %,d s"
            .formatted(firstStep, Duration.ofNanos(System.nanoTime() - start).toSeconds()));
    return facts;
  }

  private List<RowGroup> rowGroups(Manifest manifest) {
    List<RowGroup> groups = RowGroup.of(manifest, settings.split());
    long rows = groups.stream().mapToLong(RowGroup::rows).sum();
    if (rows == 0) {
      throw new InputException(
          "Cannot train on %s: it has nothing in split %s, only in %s"
              .formatted(dataset, settings.split(), manifest.splits().keySet()));
    }
    if (rows < cluster.executors()) {
      throw new InputException(
          "Cannot train on %s: its %d rows are fewer than the %d replicas"
              .formatted(dataset, rows, cluster.executors()));
    }
    if (network.tasks().contains(Task.LABELS)
        && manifest.classNames().size() != network.classes()) {
      throw new ConfigException(
          List.of(
              "network.classes = %d: must be %d, the number of classes of %s, void included"
                  .formatted(network.classes(), manifest.classNames().size(), dataset)));
    }
    return groups;
  }

  private List<RowGroup> validationGroups(Manifest manifest) {
    ValidationSettings validation = settings.validation();
    if (validation.every() == 0) {
      return List.of();
    }
    List<RowGroup> groups = RowGroup.of(manifest, validation.split());
    if (groups.isEmpty()) {
      throw new InputException(
          "Cannot validate on %s: it has nothing in split %s (train.validation.split), only in %s; train.validation.every = 0 trains without"
              .formatted(dataset, validation.split(), manifest.splits().keySet()));
    }
    return groups;
  }

  private void requireTensorsToFreeze() {
    List<String> problems = new ArrayList<>();
    for (String name : settings.initialise().freeze()) {
      if (FissionNetwork.countTensors(network, name) == 0) {
        problems.add(
            "train.initialise.freeze = %s: must be the beginning of tensors' names, up to a dot, such as enc, enc.b1, s1 or heads"
                .formatted(name));
      }
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
  }

  private void requireSameRun(Checkpoint checkpoint) {
    if (!network.sameNetworkAs(checkpoint.state().network())) {
      throw new ConfigException(
          List.of(
              "train.output = %s: it holds checkpoints of another network: %s; give another folder, or the settings of that network"
                  .formatted(output, checkpoint.state().network())));
    }
  }

  private void train(SparkSession spark, RunPlan plan, RunLog log, Configuration hadoop)
      throws IOException, InterruptedException {
    while (true) {
      long before = stepsDone(hadoop);
      try {
        requireDone(run(spark, plan, log));
        return;
      } catch (StageFailed e) {
        // Spark tries a stage four times in all. A long run may lose more executors than that.
        if (stepsDone(hadoop) <= before) {
          throw e;
        }
        out.println("training goes on after: " + e.getMessage());
      }
    }
  }

  private long stepsDone(Configuration hadoop) throws IOException {
    return Checkpoint.latest(output, hadoop).map(c -> c.state().step()).orElse(-1L);
  }

  private RunPlan plan(Manifest manifest, List<RowGroup> groups, InitialParameters initial) {
    return new RunPlan(
        UUID.randomUUID(),
        dataset,
        manifest.classMap(),
        List.copyOf(manifest.palette()),
        groups,
        validationGroups(manifest),
        output.toString(),
        network,
        losses,
        cluster.executors(),
        settings.batchSize(),
        settings.steps(),
        settings.seed(),
        initial,
        settings.initialise().freeze(),
        settings.learningRate(),
        settings.adam(),
        settings.averageDecay(),
        settings.augmentation(),
        settings.input(),
        settings.checkpoint(),
        settings.validation(),
        settings.exchange(),
        settings.logEvery(),
        configuration.toString());
  }

  /** A stage that Spark gave up. */
  private static final class StageFailed extends RuntimeException {
    StageFailed(String message, Throwable cause) {
      super(message, cause);
    }
  }

  private List<Outcome> run(SparkSession session, RunPlan plan, RunLog log)
      throws InterruptedException {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    var environment = SparkEnv.get().rpcEnv();
    RunMonitor monitor = new RunMonitor(environment, plan.replicas(), out::println, log);
    RpcEndpointRef endpoint = environment.setupEndpoint(RunMonitor.name(plan.id()), monitor);
    String group = plan.id().toString();
    try {
      spark.setJobGroup(group, "train %s to step %d".formatted(output, plan.steps()), true);
      List<Integer> ranks = IntStream.range(0, plan.replicas()).boxed().toList();
      JavaFutureAction<List<Outcome>> running =
          spark
              .parallelize(ranks, plan.replicas())
              .rdd()
              .barrier()
              .mapPartitions(
                  new ReplicaTask(plan, session.sparkContext().hadoopConfiguration()),
                  false,
                  ClassTag$.MODULE$.<Outcome>apply(Outcome.class))
              .toJavaRDD()
              .collectAsync();
      return await(running, monitor);
    } finally {
      spark.cancelJobGroup(group);
      environment.stop(endpoint);
    }
  }

  private List<Outcome> await(JavaFutureAction<List<Outcome>> running, RunMonitor monitor)
      throws InterruptedException {
    // Longer than replicas wait for each other, and than Spark waits for an executor's heartbeat:
    // whoever is silent for so long is not replaced any more.
    Duration limit = settings.exchange().stepTimeout().plus(Duration.ofMinutes(3));
    while (true) {
      try {
        return running.get(500, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        List<String> silent = monitor.silent(limit);
        if (!silent.isEmpty()) {
          throw new IllegalStateException(
              "Training stopped: %s, more than %d s ago"
                  .formatted(String.join(", ", silent), limit.toSeconds()));
        }
      } catch (ExecutionException e) {
        String reason =
            monitor
                .failure()
                .orElseGet(
                    () -> String.valueOf(e.getCause().getMessage()).lines().findFirst().get());
        throw new StageFailed("Training failed: " + reason, e.getCause());
      }
    }
  }

  private static void requireDone(List<Outcome> outcomes) {
    for (Outcome outcome : outcomes) {
      if (outcome.end() == End.DIVERGED) {
        throw new DivergedException(
            "Training diverged at step %d: %s; frames of the minibatch: %s"
                .formatted(outcome.steps(), outcome.message(), String.join(", ", outcome.keys())));
      } else if (outcome.end() == End.INPUT) {
        throw new InputException(outcome.message());
      } else if (outcome.end() == End.SETTINGS) {
        throw new ConfigException(List.of(outcome.message()));
      } else if (outcome.end() == End.FAILED) {
        throw new IllegalStateException(outcome.message());
      }
    }
    for (Outcome outcome : outcomes) {
      if (outcome.end() != End.DONE) {
        throw new IllegalStateException(
            "Replica %d stopped: %s".formatted(outcome.replica(), outcome.message()));
      }
    }
  }
}
