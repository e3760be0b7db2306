package org.networkfission.jobs.train;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.networkfission.jobs.cluster.Cluster;
import org.networkfission.jobs.cluster.ClusterSession;
import org.networkfission.jobs.cluster.ClusterSettings;
import org.networkfission.jobs.cluster.ExecutorCount;
import org.networkfission.jobs.report.Provenance;
import org.networkfission.jobs.train.checkpoint.Checkpoint;
import org.networkfission.jobs.train.collective.RunKey;
import org.networkfission.jobs.train.input.Source;
import org.networkfission.jobs.train.log.RunLog;
import org.networkfission.jobs.train.plan.DivergedException;
import org.networkfission.jobs.train.plan.InitialParameters;
import org.networkfission.jobs.train.plan.RunPlan;
import org.networkfission.jobs.train.plan.TrainMode;
import org.networkfission.jobs.train.plan.TrainingMode;
import org.networkfission.jobs.train.sharing.SharingTraining;
import org.networkfission.jobs.train.synchronous.SynchronousTraining;
import org.networkfission.model.graph.FissionNetwork;
import org.networkfission.model.network.LossSpec;
import org.networkfission.model.network.NetworkSpec;
import org.networkfission.model.network.Task;
import org.networkfission.prep.commit.Lease;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.settings.ConfigException;
import org.networkfission.prep.settings.Product;

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
  private final Path output;

  /**
   * Describes a run.
   *
   * @param cluster one replica trains on each of its executors
   * @param configuration the resolved configuration, stored with the checkpoints
   * @param out where progress is told
   * @throws ConfigException if the output is not named
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
    RunFolder.requireOwn("train.output", output, hadoop);
    requireOneNumber();
    settings.exchange().require(network.compute());
    TrainingData data = TrainingData.open(settings, network, most(), hadoop);
    requireTensorNames();
    BalanceCheck.require(losses, network, settings.mode(), settings.initialise().freeze());
    RareClasses.require(losses, network, settings.sampling(), data.statistics());
    Optional<Checkpoint> before = Checkpoint.latest(output, hadoop);
    List<ChangedSettings.Change> changes =
        before.isPresent() ? changes(before.get(), data, hadoop) : List.of();
    if (before.map(c -> c.state().step() >= settings.steps()).orElse(false)) {
      out.println(
          "nothing to do: %s has all %d steps".formatted(before.get().folder(), settings.steps()));
      return new TrainResult(before.get(), 0);
    }
    try (Lease lease = Lease.take("train.output", output, "train", hadoop)) {
      return execute(data, changes, lease, start, hadoop);
    }
  }

  private TrainResult execute(
      TrainingData data,
      List<ChangedSettings.Change> changes,
      Lease lease,
      long start,
      Configuration hadoop)
      throws IOException, InterruptedException {
    Optional<Checkpoint> before = Checkpoint.latest(output, hadoop);
    Optional<String> from = settings.initialise().from().filter(source -> before.isEmpty());
    Optional<float[]> initial = Optional.empty();
    if (from.isPresent()) {
      initial =
          Optional.of(
              InitialParameters.read(
                  settings.initialise(),
                  network,
                  losses,
                  settings.seed(),
                  data.facts(),
                  hadoop,
                  out));
    }
    try (ClusterSession session = Cluster.startReplicas(cluster, "train", output.toString())) {
      SparkSession spark = session.spark();
      TrainingMode mode = mode();
      mode.check(spark.sparkContext().getConf());
      ExecutorCount.await(spark.sparkContext(), cluster.executors(), settings.startTimeout(), out);
      JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
      InitialParameters parameters =
          initial.isPresent()
              ? InitialParameters.of(from.orElseThrow(), initial.get(), context)
              : InitialParameters.fromSeed(context);
      RunPlan plan = plan(data, parameters, lease.proof(), hadoop, context);
      long firstStep = before.map(c -> c.state().step()).orElse(0L);
      TrainingPageFile page =
          new TrainingPageFile(
              output, hadoop, new Provenance(facts(data, firstStep, changes), configuration), out);
      String end = "The command was stopped.";
      try (RunLog log = new RunLog(output, firstStep, hadoop)) {
        mode.run(context, plan, before, log);
        end = "All %,d steps are done.".formatted(plan.steps());
      } catch (IOException | RuntimeException e) {
        end = "The run ended early: " + e.getMessage();
        throw e;
      } finally {
        page.write(end);
      }
    }
    Checkpoint last = Checkpoint.latest(output, hadoop).orElseThrow();
    double seconds = (System.nanoTime() - start) / 1e9;
    out.println(
        "trained %d steps in %.0f s: %s".formatted(last.state().step(), seconds, last.folder()));
    return new TrainResult(last, seconds);
  }

  /** How many replicas there are, where the cluster gives as many as are asked for. */
  private int most() {
    return cluster.executors().max();
  }

  private void requireOneNumber() {
    if (cluster.executors().isElastic() && settings.mode() != TrainMode.SYNCHRONOUS) {
      throw new ConfigException(
          List.of(
              "cluster.executors = %s: must be one number where train.mode is gradient-sharing"
                  .formatted(cluster.executors())));
    }
    settings.batchSizeOf(cluster.executors()); // Which refuses what cannot be shared.
  }

  private Map<String, String> facts(
      TrainingData data, long firstStep, List<ChangedSettings.Change> changes) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("run", output.toString());
    facts.put("data", data.toString());
    facts.put(
        "minibatch",
        "%s%d replicas of %d%s"
            .formatted(
                cluster.executors().isElastic() ? cluster.executors().min() + " to " : "",
                most(),
                settings.minibatchOf(cluster.executors()),
                settings.accumulate() == 1 ? "" : ", %d a step".formatted(settings.accumulate())));
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
    facts.put("last command", "from step %,d on".formatted(firstStep));
    if (!changes.isEmpty()) {
      facts.put("changed at step %,d".formatted(firstStep), text(changes));
    }
    return facts;
  }

  private TrainingMode mode() {
    boolean authentication = settings.exchange().requireAuthentication();
    return switch (settings.mode()) {
      case SYNCHRONOUS -> new SynchronousTraining(authentication, settings.startTimeout(), out);
      case GRADIENT_SHARING ->
          new SharingTraining(
              settings.gradientSharing().threshold(), authentication, network.batchNorm(), out);
    };
  }

  private void requireTensorNames() {
    List<String> problems = new ArrayList<>();
    for (String name : settings.initialise().freeze()) {
      if (FissionNetwork.countTensors(network, name) == 0) {
        problems.add(notTensors("freeze", name));
      }
    }
    for (String name : settings.initialise().skip()) {
      // A network without auxiliary heads has nothing to skip of them.
      if (FissionNetwork.countTensors(network, name) == 0
          && !(name.equals("auxs") || name.startsWith("auxs."))) {
        problems.add(notTensors("skip", name));
      }
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
  }

  private static String notTensors(String key, String name) {
    return "train.initialise.%s = %s: must be the beginning of tensors' names, up to a dot, such as enc, enc.b1, s1 or heads"
        .formatted(key, name);
  }

  /**
   * The settings and the data in which a run that goes on differs; it is refused where it may not.
   *
   * @throws ConfigException naming each with both values
   */
  private List<ChangedSettings.Change> changes(
      Checkpoint checkpoint, TrainingData data, Configuration hadoop) {
    if (!network.sameNetworkAs(checkpoint.state().network())) {
      throw new ConfigException(
          List.of(
              "train.output = %s: it holds checkpoints of another network: %s; give another folder, or the settings of that network"
                  .formatted(output, checkpoint.state().network())));
    }
    ChangedSettings changed =
        ChangedSettings.between(
            checkpoint.state().configuration(), configuration, path -> whole(path, hadoop));
    changed.decisive().addAll(data.changes(checkpoint.state().data()));
    if (!changed.decisive().isEmpty() && settings.resume() == Resume.EXACT) {
      throw new ConfigException(
          changed.decisive().stream()
              .map(
                  change ->
                      "%s = %s: must be %s, as in the checkpoint of step %d that the run goes on from; or give another train.output, or train.resume = with-changes"
                          .formatted(
                              change.key(),
                              change.now(),
                              change.before(),
                              checkpoint.state().step()))
              .toList());
    }
    List<ChangedSettings.Change> all = new ArrayList<>(changed.decisive());
    all.addAll(changed.harmless());
    if (!all.isEmpty()) {
      out.println("changed since the checkpoint: " + text(all));
    }
    return all;
  }

  private static String whole(String path, Configuration hadoop) {
    try {
      return new Path(path).getFileSystem(hadoop).makeQualified(new Path(path)).toString();
    } catch (IOException e) {
      return path; // Of a file system that is not there any more.
    }
  }

  private static String text(List<ChangedSettings.Change> changes) {
    return changes.stream().map(ChangedSettings.Change::toString).collect(Collectors.joining(", "));
  }

  private RunPlan plan(
      TrainingData data,
      InitialParameters initial,
      Lease.Proof lease,
      Configuration hadoop,
      JavaSparkContext context) {
    RunPlan.Data planned = data.plan();
    List<Source> sources = planned.sources();
    RareClasses rare =
        RareClasses.find(
            settings, losses, data.classNames(), sources, data.statistics(), hadoop, context, out);
    return new RunPlan(
        UUID.randomUUID(),
        RunKey.random(),
        0,
        planned.of(rare.repeat(sources)),
        new RunPlan.Model(
            network,
            rare.weigh(losses),
            settings.seed(),
            initial,
            settings.initialise().freeze(),
            settings.gradients()),
        new RunPlan.Optimisation(
            most(),
            cluster.executors().min(),
            most(),
            settings.batchSizeOf(cluster.executors()),
            settings.accumulate(),
            settings.steps(),
            settings.learningRate(),
            settings.adam(),
            settings.averageDecay()),
        new RunPlan.Upkeep(
            output.toString(),
            lease,
            settings.checkpoint(),
            settings.validation(),
            settings.exchange(),
            settings.grace(),
            settings.logEvery(),
            configuration.toString()));
  }
}
