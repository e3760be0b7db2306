package org.networkfission.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.jobs.cluster.StandaloneCluster;
import org.networkfission.jobs.cluster.TestCluster;
import org.networkfission.prep.shard.Manifest;

/**
 * A cluster that gives and takes executors by itself: Spark's dynamic allocation, with the shuffle
 * service of a Worker. Preparation and evaluation use it; a training asks for all there may be.
 */
@Tag("slow")
class DynamicAllocationIT {
  private static final Path SUBMIT =
      Path.of(System.getProperty("fission.runtime"), "../../../submit").normalize();

  @TempDir Path folder;
  private StandaloneCluster cluster;
  private int port;

  private String at(String name) {
    return folder.resolve(name).toUri().toString();
  }

  private String run(String script, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(SUBMIT.resolve(script).toString()));
    command.addAll(Arrays.asList(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    TestCluster.launch(builder);
    builder.environment().put("MASTER", cluster.master());
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(out).isZero();
    return out;
  }

  private String onTheCluster(String script, String... arguments) throws Exception {
    List<String> all = new ArrayList<>(Arrays.asList(arguments));
    all.addAll(
        List.of(
            "cluster.executors={ min = 1, max = 3 }",
            "cluster.cores-per-executor=1",
            "cluster.executor-memory=512MiB",
            "cluster.native-memory=1GiB",
            "cluster.spark.dynamicAllocation.enabled=true",
            "cluster.spark.dynamicAllocation.executorIdleTimeout=1s",
            "cluster.spark.shuffle.service.enabled=true",
            "cluster.spark.shuffle.service.port=" + port,
            "network.width=64",
            "network.height=48",
            "network.width-multiplier=0.125",
            "train.batch-size=1",
            "train.start-timeout=5m",
            "evaluate.untrained=false"));
    return run(script, all.toArray(String[]::new));
  }

  /** How often applications asked the Master for another number of executors so far. */
  private long changes() throws Exception {
    return Files.readAllLines(folder.resolve("master.log")).stream()
        .filter(line -> line.contains(" requested executors: "))
        .count();
  }

  private Manifest manifest(String name) throws Exception {
    return Manifest.open(new org.apache.hadoop.fs.Path(at(name)), new Configuration());
  }

  @Test
  void jobsUseItAndATrainingAsksForAll() throws Exception {
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    try (StandaloneCluster started =
        new StandaloneCluster(
            folder,
            "-Dspark.shuffle.service.enabled=true",
            "-Dspark.shuffle.service.port=" + port)) {
      cluster = started;
      started.worker("worker", "2g", "127.0.0.1", 3);
      run(
          "fission",
          "sample",
          "sample.output=" + at("raw"),
          "sample.rooms.width=64",
          "sample.rooms.height=48",
          "sample.rooms.train-trajectories=5",
          "sample.rooms.val-trajectories=1",
          "sample.rooms.views=4");
      onTheCluster("standalone/prepare", at("raw"), at("rooms"), "prepare.row-group-size=64KiB");
      run(
          "fission",
          "prepare",
          "cluster.master=local[1]",
          "prepare.input=" + at("raw"),
          "prepare.output=" + at("here"),
          "prepare.row-group-size=64KiB");
      assertThat(changes()).as("that Spark asks for executors by itself").isPositive();
      assertThat(manifest("rooms").splits()).isEqualTo(manifest("here").splits());

      long before = changes();
      assertThat(onTheCluster("standalone/train", at("rooms"), at("run"), "train.steps=6"))
          .contains("training 3 replicas")
          .contains("trained 6 steps");
      assertThat(changes()).as("a training keeps what it has").isEqualTo(before);

      assertThat(onTheCluster("standalone/evaluate", at("run"), at("rooms"), at("report")))
          .contains("mIoU");
      assertThat(changes()).isGreaterThan(before);
    }
  }
}
