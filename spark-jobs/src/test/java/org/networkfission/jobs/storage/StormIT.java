package org.networkfission.jobs.storage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.jobs.cluster.ExecutorProcesses;
import org.networkfission.jobs.train.checkpoint.Checkpoint;
import org.networkfission.prep.sample.SampleSettings;
import org.networkfission.prep.sample.SceneNetSample;
import org.networkfission.prep.settings.Json;
import org.networkfission.prep.shard.Manifest;

/**
 * Prepare, train, evaluate and study as a user gives them, on two executor processes and a file
 * system whose calls fail, while executors and drivers are killed and stopped, commands are given
 * twice at the same time and strangers talk to every port: whoever gives a command until it
 * succeeds has what a quiet run gives. {@code -Dstorm.minutes} says for how long, 30 by default.
 */
@Tag("slow")
class StormIT {
  private static final Path RUNTIME = Path.of(System.getProperty("fission.runtime"));
  private static final Path LAUNCHER = RUNTIME.resolve("../../../submit/fission").normalize();
  private static final Path TEST_CLASSES =
      Path.of(StormIT.class.getProtectionDomain().getCodeSource().getLocation().getPath());

  /** Disturbances of one command; then it is left alone, for else it need not end. */
  private static final int MOST_PER_COMMAND = 6;

  private static final int MOST_TRIES = 15;

  /** Share of the reading calls of each process that may fail, stall or end too early. */
  private static final double SHARE = 0.02;

  /** The same of those that write, which the product does not make again. */
  private static final double WRITE_SHARE = 0.002;

  @TempDir static Path folder;
  private static Outputs quiet;

  private final Random random = new Random(Long.getLong("storm.seed", 1));
  private final Map<String, Integer> counts = new TreeMap<>();

  private record Outputs(List<String> shards, long parameters, JsonNode figures, JsonNode table) {}

  private record Step(String name, List<String> arguments) {}

  @BeforeAll
  static void runUndisturbed() throws Exception {
    new SceneNetSample(new SampleSettings(3, 6, 2, 1, 2, 64, 48, 90))
        .write(
            new org.apache.hadoop.fs.Path(folder.resolve("raw").toUri()),
            new Configuration(),
            2,
            (i, n) -> {});
    Files.writeString(
        folder.resolve("two.conf"),
        """
        include classpath("conf/studies/base/scenenet.conf")
        network { scheme = mid, tasks = [labels, normals] }
        study {
          columns = [normals/below-30]
          rows = [
            { id = second, initialise = first }
            { id = first, set { network { scheme = single, tasks = [normals] } } }
          ]
        }
        """);
    Files.createDirectory(folder.resolve("counts"));
    Path to = Files.createDirectory(folder.resolve("quiet"));
    for (Step step : steps(to)) {
      Process process = start(step, to, 0);
      assertThat(process.waitFor(20, TimeUnit.MINUTES)).isTrue();
      assertThat(process.exitValue()).as(told(to, step)).isZero();
    }
    quiet = outputs(to);
  }

  private static List<Step> steps(Path to) {
    String rooms = FaultyFileSystem.uri(to.resolve("rooms"));
    String run = FaultyFileSystem.uri(to.resolve("run"));
    return List.of(
        new Step(
            "prepare",
            List.of(
                "prepare.input=" + FaultyFileSystem.uri(folder.resolve("raw")),
                "prepare.output=" + rooms,
                "prepare.row-group-size=64KiB")),
        new Step("train", List.of("train.dataset=" + rooms, "train.output=" + run)),
        new Step(
            "evaluate",
            List.of(
                "evaluate.checkpoint=" + run,
                "evaluate.data=" + rooms,
                "evaluate.output=" + FaultyFileSystem.uri(to.resolve("report")))),
        new Step(
            "study",
            List.of(
                folder.resolve("two.conf").toString(),
                "study.datasets.scenenet=" + rooms,
                "study.output=" + FaultyFileSystem.uri(to.resolve("studies")))));
  }

  private static Process start(Step step, Path to, double share) throws IOException {
    List<String> command = new ArrayList<>(List.of(LAUNCHER.toString(), step.name()));
    command.addAll(step.arguments());
    command.addAll(
        List.of(
            "cluster.executors=2",
            "cluster.executor-memory=512MiB",
            "cluster.native-memory=1GiB",
            "network.width=32",
            "network.height=32",
            "network.width-multiplier=0.05",
            "train.batch-size=1",
            "train.steps=16",
            "train.checkpoint.every=2",
            "train.log-every=1",
            "train.start-timeout=5m",
            "train.exchange.step-timeout=60s",
            "evaluate.constant-frames=4",
            "evaluate.replicates=0",
            "evaluate.panels=1",
            "cluster.spark.hadoop.faulty.share=" + share,
            "cluster.spark.hadoop.faulty.write-share=" + WRITE_SHARE,
            "cluster.spark.hadoop.faulty.counts=" + folder.resolve("counts"),
            "cluster.spark.executor.extraClassPath=%s/lib/*:%s".formatted(RUNTIME, TEST_CLASSES)));
    FaultyFileSystem.settings()
        .forEach((key, value) -> command.add("cluster.spark.hadoop.%s=%s".formatted(key, value)));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log(to, step).toFile()));
    builder.environment().remove("SPARK_HOME");
    builder.environment().put("HADOOP_CONF_DIR", TEST_CLASSES.toString()); // On the class path.
    return builder.start();
  }

  private static Path log(Path to, Step step) {
    return to.resolve(step.name() + ".txt");
  }

  private static String told(Path to, Step step) throws IOException {
    return Files.readString(log(to, step), StandardCharsets.UTF_8);
  }

  private static Outputs outputs(Path to) throws IOException {
    Configuration hadoop = new Configuration();
    List<String> shards =
        Manifest.open(new org.apache.hadoop.fs.Path(to.resolve("rooms").toUri()), hadoop)
            .files()
            .stream()
            // A part's name tells which attempt wrote it.
            .map(file -> file.path().replaceFirst("/.*", "/") + file.sha256())
            .toList();
    Checkpoint trained =
        Checkpoint.latest(new org.apache.hadoop.fs.Path(to.resolve("run").toUri()), hadoop)
            .orElseThrow();
    return new Outputs(
        shards,
        trained.state().checksum(),
        Json.MAPPER.readTree(to.resolve("report/metrics.json").toFile()).get("tasks"),
        Json.MAPPER
            .readTree(to.resolve("studies/two/study.json").toFile())
            .findValues("cells")
            .stream()
            .collect(
                Json.MAPPER::createArrayNode,
                com.fasterxml.jackson.databind.node.ArrayNode::add,
                com.fasterxml.jackson.databind.node.ArrayNode::addAll));
  }

  @Test
  void everyOutputEqualsThatOfAQuietRun() throws Exception {
    long end = System.nanoTime() + Duration.ofMinutes(Long.getLong("storm.minutes", 30)).toNanos();
    for (int round = 1; round == 1 || System.nanoTime() < end; round++) {
      Path to = Files.createDirectory(folder.resolve("storm-" + round));
      for (Step step : steps(to)) {
        weather(step, to);
      }
      assertThat(outputs(to)).as("round %d", round).isEqualTo(quiet);
      count("rounds");
      counts.put("calls that failed, came late or ended too early", failedCalls());
      System.out.println("storm: " + counts);
    }
  }

  private static int failedCalls() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("counts"))) {
      return files.mapToInt(file -> (int) file.toFile().length()).sum();
    }
  }

  private void count(String what) {
    counts.merge(what, 1, Integer::sum);
  }

  /** Gives a command until it succeeds. */
  private void weather(Step step, Path to) throws Exception {
    int disturbances = 0;
    for (int i = 0; i < MOST_TRIES; i++) {
      Process process = start(step, to, SHARE);
      count("commands");
      while (!process.waitFor(500 + random.nextInt(4000), TimeUnit.MILLISECONDS)) {
        List<ProcessHandle> executors = ExecutorProcesses.of(process.toHandle());
        // Most strike when there is work to disturb, some while a command begins.
        boolean strikes = !executors.isEmpty() || random.nextInt(8) == 0;
        if (disturbances < MOST_PER_COMMAND && strikes) {
          disturbances++;
          disturb(process, executors, step, to);
        }
      }
      int code = process.exitValue();
      count("commands that ended in " + code);
      if (code == 0) {
        return;
      }
      if (code == 2 && told(to, step).contains("it exists; ")) {
        return; // A command that was killed as it ended, or was given twice, has done it.
      }
      // A failure or a kill; never bad data, other settings or a divergence. What still has the
      // folder is a command that was given twice.
      assertThat(code == 1 || code == 137 || (code == 2 && told(to, step).contains(" has it ")))
          .as("%s ended in %d: %s", step.name(), code, told(to, step))
          .isTrue();
    }
    throw new AssertionError("%s does not end: %s".formatted(step.name(), told(to, step)));
  }

  private void disturb(Process process, List<ProcessHandle> executors, Step step, Path to)
      throws Exception {
    ProcessHandle victim =
        executors.isEmpty() || random.nextInt(4) == 0
            ? process.toHandle()
            : executors.get(random.nextInt(executors.size()));
    String who = victim.pid() == process.pid() ? "driver" : "executor";
    switch (random.nextInt(5)) {
      case 0, 1 -> {
        victim.destroyForcibly();
        count("kills of a " + who);
      }
      case 2 -> {
        signal("STOP", victim);
        Thread.sleep(2000 + random.nextInt(6000));
        signal("CONT", victim);
        count("stalls of a " + who);
      }
      case 3 -> {
        Process twice = start(step, to, SHARE);
        assertThat(twice.waitFor(10, TimeUnit.MINUTES)).isTrue();
        count("commands given twice that ended in " + twice.exitValue());
        assertThat(twice.exitValue()).as(told(to, step)).isIn(0, 1, 2);
      }
      default -> {
        executors.forEach(executor -> Strangers.visit(executor, random));
        Strangers.visit(process.toHandle(), random);
        count("visits of strangers to all ports");
      }
    }
  }

  private static void signal(String name, ProcessHandle process) throws Exception {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
  }
}
