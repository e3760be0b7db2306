package org.networkfission.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.jobs.report.Report;
import org.networkfission.jobs.train.checkpoint.Checkpoint;
import org.networkfission.jobs.train.log.RunLog;
import org.networkfission.prep.commit.OutputRecord;
import org.networkfission.prep.shard.Manifest;

/** All jobs on an S3 server (S3Proxy), a driver killed among them; with {@code -Ps3 -Dslow}. */
@Tag("slow")
@EnabledIf("isServerThere")
class ObjectStoreIT {
  private static final long PATIENCE_SECONDS = 900;
  private static final String RUNTIME = System.getProperty("fission.runtime");
  private static final Path SERVER = Path.of(RUNTIME).resolve("../s3proxy/s3proxy.jar");

  @TempDir static Path folder;
  private static Process server;
  private static int port;

  static boolean isServerThere() {
    return Files.exists(SERVER);
  }

  @BeforeAll
  static void start() throws Exception {
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    // In memory: the provider of folders takes seconds for each key that is deleted and not there,
    // which S3A does after each write.
    Path properties =
        Files.writeString(
            folder.resolve("s3proxy.conf"),
            """
            s3proxy.endpoint=http://127.0.0.1:%d
            s3proxy.authorization=none
            jclouds.provider=transient
            jclouds.identity=x
            jclouds.credential=x
            """
                .formatted(port));
    server =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-jar",
                SERVER.normalize().toString(),
                "--properties",
                properties.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("server.log").toFile())
            .start();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!makeBucket()) {
      assertThat(System.nanoTime()).as("no server").isLessThan(deadline);
      Thread.sleep(200);
    }
    assertThat(
            end(
                begin(
                    "sample",
                    "sample.output=s3a://bucket/raw",
                    "sample.rooms.width=64",
                    "sample.rooms.height=48",
                    "sample.rooms.train-trajectories=6",
                    "sample.rooms.val-trajectories=1",
                    "sample.rooms.views=2")))
        .as(told())
        .isZero();
  }

  private static boolean makeBucket() throws InterruptedException {
    HttpRequest put =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/bucket".formatted(port)))
            .PUT(HttpRequest.BodyPublishers.noBody())
            .build();
    try {
      int status =
          HttpClient.newHttpClient().send(put, HttpResponse.BodyHandlers.discarding()).statusCode();
      return status == HttpURLConnection.HTTP_OK;
    } catch (IOException e) {
      return false; // It has not begun yet.
    }
  }

  @AfterAll
  static void stop() {
    server.destroyForcibly();
  }

  private static List<String> store() {
    return List.of(
        "endpoint=http://127.0.0.1:" + port,
        "access.key=local-identity",
        "secret.key=local-credential",
        "path.style.access=true",
        "connection.ssl.enabled=false",
        "change.detection.mode=none");
  }

  private static Configuration hadoop() {
    Configuration hadoop = new Configuration();
    for (String setting : store()) {
      hadoop.set(
          "fs.s3a." + setting.substring(0, setting.indexOf('=')),
          setting.substring(setting.indexOf('=') + 1));
    }
    return hadoop;
  }

  private static Process begin(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(RUNTIME).resolve("../../../submit/fission").normalize().toString());
    command.addAll(Arrays.asList(arguments));
    store().forEach(setting -> command.add("cluster.spark.hadoop.fs.s3a." + setting));
    command.addAll(
        List.of(
            "cluster.executors=2",
            "cluster.executor-memory=512MiB",
            "cluster.native-memory=1GiB",
            "network.width=64",
            "network.height=48",
            "network.width-multiplier=0.125",
            "train.batch-size=1",
            "train.steps=4",
            "train.log-every=1"));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("told").toFile());
    builder.environment().remove("SPARK_HOME");
    return builder.start();
  }

  private static int end(Process process) throws InterruptedException {
    assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  private static String told() {
    try {
      return Files.readString(folder.resolve("told"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static org.apache.hadoop.fs.Path at(String name) {
    return new org.apache.hadoop.fs.Path("s3a://bucket/" + name);
  }

  @Test
  void allJobsGoOnFromAKilledDriver() throws Exception {
    String[] prepare = {"prepare", "prepare.input=" + at("raw"), "prepare.output=" + at("rooms")};
    Process killed = begin(prepare);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    var files = at("rooms").getFileSystem(hadoop());
    while (!files.exists(new org.apache.hadoop.fs.Path(at("rooms"), "_temporary/units"))) {
      assertThat(killed.isAlive()).as(told()).isTrue();
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.sleep(20);
    }
    List<ProcessHandle> executors = killed.descendants().toList();
    killed.destroyForcibly().waitFor();
    for (ProcessHandle executor : executors) {
      executor.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
    assertThat(OutputRecord.isIn(at("rooms"), hadoop())).isFalse();

    assertThat(end(begin(prepare))).as(told()).isZero();
    assertThat(Manifest.open(at("rooms"), hadoop()).splits().get("train").frames()).isEqualTo(12);

    assertThat(end(begin("train", "train.dataset=" + at("rooms"), "train.output=" + at("run"))))
        .as(told())
        .isZero();
    assertThat(Checkpoint.latest(at("run"), hadoop()).orElseThrow().state().step()).isEqualTo(4);
    assertThat(RunLog.read(at("run"), hadoop())).hasSize(4);

    assertThat(
            end(
                begin(
                    "evaluate",
                    "evaluate.checkpoint=" + at("run"),
                    "evaluate.data=" + at("rooms"),
                    "evaluate.predictions=parquet",
                    "evaluate.output=" + at("report"))))
        .as(told())
        .isZero();
    assertThat(Report.read(at("report"), hadoop()).data().frames()).isEqualTo(2);
  }
}
