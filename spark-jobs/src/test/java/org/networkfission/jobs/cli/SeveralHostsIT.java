package org.networkfission.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.networkfission.jobs.cluster.SparkDaemon;
import org.networkfission.jobs.cluster.TestNetwork;
import org.networkfission.jobs.train.TinyDataset;
import org.networkfission.jobs.train.checkpoint.Checkpoint;

/**
 * A standalone cluster of several hosts, authenticated and encrypted: a Master, two Workers and the
 * driver have a network namespace each, and share a folder.
 */
@Tag("slow")
class SeveralHostsIT {
  private static final Path RUNTIME = Path.of(System.getProperty("fission.runtime"));
  private static final Path SUBMIT = RUNTIME.resolve("../../../submit").normalize();
  private static final String SECRET = "a secret of this test";
  private static final long PATIENCE_SECONDS = 900;
  private static final int MASTER = 0;
  private static final int DRIVER = 3;

  private static final String EVERY = "train.checkpoint.every=5";
  private static final String WIDTH = "network.width=" + TinyDataset.SIZE;
  private static final String HEIGHT = "network.height=" + TinyDataset.SIZE;

  @TempDir static Path shared;
  @TempDir Path folder;
  private TestNetwork network;
  private int commands;

  @BeforeAll
  static void sample() throws Exception {
    Optional<String> problem = TestNetwork.problem();
    assumeTrue(problem.isEmpty(), () -> problem.orElseThrow());
    Path told = shared.resolve("told");
    ProcessBuilder sample =
        new ProcessBuilder(
                SUBMIT.resolve("fission").toString(),
                "sample",
                "cluster.master=local[1]",
                "sample.output=" + shared.resolve("raw").toUri(),
                "sample.rooms.width=64",
                "sample.rooms.height=48",
                "sample.rooms.train-trajectories=2",
                "sample.rooms.val-trajectories=1",
                "sample.rooms.views=3")
            .redirectErrorStream(true)
            .redirectOutput(told.toFile());
    sample.environment().remove("SPARK_HOME");
    assertThat(end(sample.start())).as(Files.readString(told)).isZero();
    TinyDataset.write(shared.resolve("tiny"), 12);
  }

  @AfterEach
  void close() throws Exception {
    if (network != null) {
      network.close();
    }
  }

  private void start(boolean dns) throws Exception {
    network = TestNetwork.of(4, dns);
    Path log = folder.resolve("master.log");
    daemon(MASTER, log, "master.Master", "--host", network.reached(MASTER), "--port", "7077");
    SparkDaemon.await(log, "I have been elected leader");
    for (int worker = 1; worker <= 2; worker++) {
      Path workerLog = folder.resolve("worker-%d.log".formatted(worker));
      daemon(
          worker,
          workerLog,
          "worker.Worker",
          "--host",
          network.reached(worker),
          "--cores",
          "1",
          "--memory",
          "1500m",
          "--work-dir",
          work(worker).toString(),
          master());
      SparkDaemon.await(workerLog, "Successfully registered with master");
    }
  }

  private Path work(int worker) {
    return folder.resolve("work-" + worker);
  }

  private String master() {
    return "spark://%s:7077".formatted(network.reached(MASTER));
  }

  /** Starts one of Spark's own daemons on a host. */
  private void daemon(int host, Path log, String type, String... arguments) throws IOException {
    network.begin(
        host,
        SparkDaemon.environment(network.address(host)),
        log,
        SparkDaemon.command(
            folder,
            List.of(
                "-Dspark.authenticate=true",
                "-Dspark.authenticate.secret=" + SECRET,
                "-Dspark.network.crypto.enabled=true",
                "-Dspark.worker.timeout=20"),
            type,
            arguments));
  }

  /** A command of the driver's host, as the README gives it. */
  private final class Command {
    private final Path told = folder.resolve("told-" + commands++);
    private final Process process;

    Command(String script, String... arguments) throws IOException {
      Path secret = folder.resolve("secret.conf");
      Files.writeString(secret, "cluster.spark { \"authenticate.secret\" = ${SPARK_SECRET} }");
      List<String> command = new ArrayList<>(List.of(SUBMIT.resolve(script).toString()));
      List<String> places = Arrays.asList(arguments).subList(0, places(script));
      command.addAll(places);
      command.addAll(SETTINGS);
      command.addAll(Arrays.asList(arguments).subList(places.size(), arguments.length));
      command.addAll(
          List.of(
              "cluster.spark.authenticate=true",
              "--conf",
              secret.toString(),
              "cluster.spark.network.crypto.enabled=true",
              "train.exchange.require-authentication=true"));
      Map<String, String> environment = new HashMap<>();
      environment.put("MASTER", master());
      environment.put("SPARK_SECRET", SECRET);
      environment.put("SPARK_LOCAL_IP", network.address(DRIVER));
      process = network.begin(DRIVER, environment, told, command);
    }

    /** How many arguments come before settings. */
    private int places(String script) {
      return script.endsWith("/evaluate") ? 3 : 2;
    }

    String told() throws IOException {
      return Files.readString(told);
    }

    /** Waits until it says something; fails where it ends before. */
    String await(String regex) throws Exception {
      Pattern pattern = Pattern.compile(regex);
      for (long i = 0; i < 10 * PATIENCE_SECONDS && process.isAlive(); i++) {
        Matcher found = pattern.matcher(told());
        if (found.find()) {
          return found.group();
        }
        Thread.sleep(100);
      }
      throw new AssertionError("It did not say " + regex + ":\n" + told());
    }

    String succeed() throws Exception {
      assertThat(end(process)).as(told()).isZero();
      return told();
    }
  }

  private static final List<String> SETTINGS =
      List.of(
          "cluster.executors=2",
          "cluster.cores-per-executor=1",
          "cluster.executor-memory=512MiB",
          "cluster.native-memory=1GiB",
          "network.width=64",
          "network.height=48",
          "network.width-multiplier=0.125",
          "train.batch-size=1",
          "train.log-every=1",
          "train.start-timeout=2m",
          "train.exchange.step-timeout=15s",
          "evaluate.untrained=false");

  private static int end(Process process) throws InterruptedException {
    assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  private String at(String name) {
    return folder.resolve(name).toUri().toString();
  }

  private long checksum(String run) throws IOException {
    return Checkpoint.latest(new org.apache.hadoop.fs.Path(at(run)), new Configuration())
        .orElseThrow()
        .state()
        .checksum();
  }

  /** Parameters of the same training by two executors of this machine. */
  private long trainedHere(String data, String... settings) throws Exception {
    Path told = folder.resolve("told-here");
    List<String> command = new ArrayList<>(List.of(SUBMIT.resolve("fission").toString(), "train"));
    command.add("train.dataset=" + data);
    command.add("train.output=" + at("here"));
    command.addAll(SETTINGS);
    command.addAll(Arrays.asList(settings));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(told.toFile());
    builder.environment().remove("SPARK_HOME");
    assertThat(end(builder.start())).as(Files.readString(told)).isZero();
    return checksum("here");
  }

  private static String tiny() {
    return shared.resolve("tiny").toUri().toString();
  }

  private void prepare() throws Exception {
    new Command(
            "standalone/prepare",
            shared.resolve("raw").toUri().toString(),
            at("rooms"),
            "prepare.row-group-size=64KiB")
        .succeed();
  }

  /** Where the replicas of a run said that they are, in the logs of the executors of a worker. */
  private List<String> replicas(int worker) throws IOException {
    Pattern place = Pattern.compile("replica [01] of 2 of \\S+, at (\\S+):\\d+");
    List<String> places = new ArrayList<>();
    try (Stream<Path> logs = Files.walk(work(worker))) {
      for (Path log : logs.filter(file -> file.endsWith("stderr")).toList()) {
        place.matcher(Files.readString(log)).results().forEach(r -> places.add(r.group(1)));
      }
    }
    return places;
  }

  @ParameterizedTest(name = "hosts know names: {0}")
  @ValueSource(booleans = {true, false})
  void theWholePipelineGivesWhatOneMachineGives(boolean dns) throws Exception {
    start(dns);
    prepare();
    assertThat(new Command("standalone/train", at("rooms"), at("run"), "train.steps=6").succeed())
        .contains("training 2 replicas")
        .contains("trained 6 steps");
    for (int worker = 1; worker <= 2; worker++) {
      assertThat(replicas(worker)).containsExactly(network.reached(worker));
    }
    assertThat(checksum("run")).isEqualTo(trainedHere(at("rooms"), "train.steps=6"));

    assertThat(new Command("standalone/evaluate", at("run"), at("rooms"), at("report")).succeed())
        .contains("mIoU");
    assertThat(folder.resolve("report/report.html")).isNotEmptyFile();
    new Command(
            "fission",
            "predict",
            "--cluster",
            "cluster.master=" + master(),
            "predict.checkpoint=" + at("run"),
            "predict.input=" + shared.resolve("raw/val").toUri(),
            "predict.output=" + at("predictions"))
        .succeed();
    try (Stream<Path> files = Files.walk(folder.resolve("predictions"))) {
      assertThat(files.filter(file -> file.toString().endsWith(".png"))).hasSizeGreaterThan(3);
    }
    for (String told : List.of("run/checkpoints/00000006/state.json", "report/metrics.json")) {
      assertThat(folder.resolve(told)).content().doesNotContain(SECRET);
    }
  }

  /**
   * The run names the replica that it lost, and when the host is back it ends as if nothing was.
   */
  @Test
  void aHostThatIsCutOffForAWhileChangesNothing() throws Exception {
    start(false);
    Command train =
        new Command("standalone/train", tiny(), at("run"), "train.steps=60", EVERY, WIDTH, HEIGHT);
    train.await("(?m)^step 12/60 ");
    network.link(2, false);
    String lost = train.await("[^\\n]*[Nn]othing from replica [^\\n]*");
    assertThat(lost).contains("within 15.0 s");
    network.link(2, true);
    assertThat(train.succeed()).contains("going on from step ").contains("trained 60 steps");
    assertThat(checksum("run"))
        .isEqualTo(trainedHere(tiny(), "train.steps=60", EVERY, WIDTH, HEIGHT));
  }

  /** It does not come back: the command ends in bounded time, and says what is missing. */
  @Test
  void aHostThatStaysAwayEndsTheRunWithItsReplicaNamed() throws Exception {
    start(false);
    Command train =
        new Command(
            "standalone/train",
            tiny(),
            at("run"),
            "train.steps=100000",
            EVERY,
            WIDTH,
            HEIGHT,
            // Spark takes an executor for lost where it hears nothing for so long.
            "cluster.spark.executor.heartbeatInterval=5s",
            "cluster.spark.network.timeout=40s",
            "cluster.spark.network.timeoutInterval=10s");
    train.await("(?m)^step 12/100000 ");
    network.link(2, false);
    assertThat(end(train.process)).as(train.told()).isEqualTo(1);
    assertThat(train.told()).containsPattern("[Nn]othing from replica ");
  }
}
