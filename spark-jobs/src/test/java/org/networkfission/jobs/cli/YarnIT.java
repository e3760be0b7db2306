package org.networkfission.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.yarn.conf.YarnConfiguration;
import org.apache.hadoop.yarn.server.MiniYARNCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.jobs.cluster.SparkDistribution;

/**
 * {@code submit/yarn} on a real ResourceManager and NodeManager, whose containers are processes:
 * both modes, what they end with, an executor that is killed, and two of the messages.
 */
@Tag("slow")
class YarnIT {
  private static final Path RUNTIME = Path.of(System.getProperty("fission.runtime"));
  private static final Path SUBMIT = RUNTIME.resolve("../../../submit").normalize();

  @TempDir static Path folder;
  private static MiniYARNCluster yarn;
  private static Path spark;

  private record Ended(int code, String out) {
    String lastLine() {
      return out.lines().reduce("", (before, line) -> line);
    }
  }

  @BeforeAll
  static void startYarn() throws Exception {
    spark = folder.resolve("spark");
    SparkDistribution.layOut(spark, List.of(SparkDistribution.clientOfYarn()));
    makeData();
    YarnConfiguration configuration = new YarnConfiguration();
    configuration.set("fs.defaultFS", "file:///");
    configuration.setInt(YarnConfiguration.RM_SCHEDULER_MINIMUM_ALLOCATION_MB, 256);
    configuration.setInt(YarnConfiguration.NM_PMEM_MB, 8192);
    configuration.setFloat(
        "yarn.nodemanager.disk-health-checker.max-disk-utilization-per-disk-percentage", 99);
    configuration.setBoolean(YarnConfiguration.NM_VMEM_CHECK_ENABLED, false);
    configuration.set("yarn.scheduler.capacity.root.queues", "default");
    configuration.set("yarn.scheduler.capacity.root.default.capacity", "100");
    configuration.set("yarn.scheduler.capacity.maximum-am-resource-percent", "1.0");
    yarn = new MiniYARNCluster("fission", 1, 1, 1);
    yarn.init(configuration);
    yarn.start();
    Path client = Files.createDirectory(folder.resolve("hadoop"));
    try (OutputStream out = Files.newOutputStream(client.resolve("yarn-site.xml"))) {
      yarn.getConfig().writeXml(out);
    }
    Configuration core = new Configuration(false);
    core.set("fs.defaultFS", "file:///");
    try (OutputStream out = Files.newOutputStream(client.resolve("core-site.xml"))) {
      core.writeXml(out);
    }
  }

  @AfterAll
  static void stopYarn() {
    if (yarn != null) {
      yarn.stop();
    }
  }

  private static void makeData() {
    for (String[] arguments :
        List.of(
            new String[] {
              "sample",
              "sample.output=" + at("raw"),
              "sample.rooms.width=64",
              "sample.rooms.height=48",
              "sample.rooms.train-trajectories=2",
              "sample.rooms.val-trajectories=1",
              "sample.rooms.views=3"
            },
            new String[] {
              "prepare",
              "cluster.master=local[1]",
              "prepare.input=" + at("raw"),
              "prepare.output=" + at("rooms"),
              "prepare.row-group-size=64KiB"
            })) {
      StringWriter err = new StringWriter();
      assertThat(Fission.run(new PrintWriter(new StringWriter()), new PrintWriter(err), arguments))
          .as(err.toString())
          .isZero();
    }
  }

  private static String at(String name) {
    return folder.resolve(name).toUri().toString();
  }

  private static Process start(String mode, Path out, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(SUBMIT.resolve("yarn/train").toString()));
    command.addAll(Arrays.asList(arguments));
    command.addAll(
        List.of(
            "cluster.executors=1",
            "cluster.cores-per-executor=1",
            "cluster.executor-memory=512MiB",
            "cluster.native-memory=1GiB",
            "cluster.driver-native-memory=512MiB",
            "network.width=64",
            "network.height=48",
            "network.width-multiplier=0.125",
            "train.batch-size=1",
            "train.start-timeout=3m"));
    // The last one wins.
    command.addAll(Arrays.asList(arguments).subList(2, arguments.length));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile());
    builder.environment().put("SPARK_HOME", spark.toString());
    builder.environment().put("HADOOP_CONF_DIR", folder.resolve("hadoop").toString());
    builder.environment().put("DEPLOY_MODE", mode);
    builder.environment().put("FISSION_DRIVER_MEMORY", "512m");
    return builder.start();
  }

  private static Ended run(String mode, String... arguments) throws Exception {
    Path out = Files.createTempFile(folder, "out", ".txt");
    Process process = start(mode, out, arguments);
    assertThat(process.waitFor(10, TimeUnit.MINUTES)).as("ends by itself").isTrue();
    return new Ended(process.exitValue(), Files.readString(out, StandardCharsets.UTF_8));
  }

  @Test
  void clusterModeSucceedsOnceWithTheUsersOwnFiles() throws Exception {
    Path mine = Files.writeString(folder.resolve("mine.conf"), "train.steps = 3");
    Ended ended = run("cluster", at("rooms"), at("run"), "--conf", mine.toString());

    assertThat(ended.code()).as(ended.out()).isZero();
    assertThat(ended.out()).contains("final status: SUCCEEDED");
    assertThat(folder.resolve("run/checkpoints/00000003")).isDirectory();
  }

  @Test
  void theExitCodeAndTheCauseReachTheShell() throws Exception {
    Ended ended = run("cluster", at("nowhere"), at("none"), "cluster.spark.yarn.maxAppAttempts=1");

    assertThat(ended.code()).as(ended.out()).isEqualTo(3);
    assertThat(ended.lastLine()).startsWith("fission: Cannot ").contains("nowhere");
  }

  @Test
  void aKilledExecutorCostsTheStepsSinceTheLastCheckpoint() throws Exception {
    Path out = folder.resolve("killed.txt");
    Process driver =
        start(
            "client",
            out,
            at("rooms"),
            at("killed"),
            "train.steps=40",
            "train.log-every=1",
            "train.checkpoint.every=5");
    boolean killed = false;
    while (driver.isAlive() && !killed) {
      Thread.sleep(50);
      killed = Files.readString(out).contains("step 7/40") && killAnExecutor();
    }

    assertThat(driver.waitFor(10, TimeUnit.MINUTES)).isTrue();
    assertThat(killed).as(Files.readString(out)).isTrue();
    assertThat(driver.exitValue()).as(Files.readString(out)).isZero();
    assertThat(folder.resolve("killed/checkpoints/00000040")).isDirectory();
  }

  private static boolean killAnExecutor() {
    Optional<ProcessHandle> executor =
        ProcessHandle.current()
            .descendants()
            .filter(
                p ->
                    p.info()
                        .commandLine()
                        .filter(line -> line.contains("YarnCoarseGrainedExecutorBackend"))
                        .filter(line -> !line.startsWith("/bin/bash") && !line.startsWith("bash"))
                        .isPresent())
            .findFirst();
    executor.ifPresent(ProcessHandle::destroyForcibly);
    return executor.isPresent();
  }

  @Test
  void moreThanTheLargestContainerIsOneSentence() throws Exception {
    Ended ended =
        run("client", at("rooms"), at("large"), "train.steps=1", "cluster.native-memory=40GiB");

    assertThat(ended.code()).as(ended.out()).isEqualTo(2);
    assertThat(ended.lastLine())
        .contains("cluster.executor-memory + cluster.native-memory = 41472 MiB: must be at most");
  }

  @Test
  void tooLittleNativeMemoryIsOneSentence() throws Exception {
    Ended ended =
        run(
            "client",
            at("rooms"),
            at("small"),
            "train.steps=1",
            "cluster.native-memory=400MiB",
            "cluster.executor-memory=512MiB",
            "network.width-multiplier=1");

    assertThat(ended.code()).as(ended.out()).isEqualTo(2);
    assertThat(ended.lastLine()).contains("cluster.native-memory = 400MiB");
  }
}
