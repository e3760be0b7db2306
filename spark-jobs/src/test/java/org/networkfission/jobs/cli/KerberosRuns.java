package org.networkfission.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.networkfission.jobs.cluster.ExecutorProcesses;
import org.networkfission.jobs.cluster.SecureHdfs;

/**
 * Jobs on an HDFS with Kerberos, as processes, and trainings whose executors are stopped until all
 * tokens that they had are gone, and then go on.
 */
final class KerberosRuns implements AutoCloseable {
  private static final Path SUBMIT =
      Path.of(System.getProperty("fission.runtime"), "../../../submit").normalize();

  private final Path folder;
  private final Duration tokens;
  private final SecureHdfs hdfs;

  record Ended(int code, int pauses, String out) {
    String lastLine() {
      return out.lines().reduce("", (before, line) -> line);
    }

    void succeeded() {
      assertThat(code).as(out).isZero();
    }
  }

  /**
   * Starts the HDFS.
   *
   * @param tokens how long one is good
   */
  KerberosRuns(Path folder, Duration tokens) throws Exception {
    this.folder = folder;
    this.tokens = tokens;
    this.hdfs = SecureHdfs.start(folder, tokens);
  }

  SecureHdfs hdfs() {
    return hdfs;
  }

  void makeData() throws Exception {
    run(
            nobody(),
            withKeytab(
                "fission",
                "sample",
                "sample.output=" + hdfs.path("raw"),
                "sample.rooms.width=64",
                "sample.rooms.height=48",
                "sample.rooms.train-trajectories=2",
                "sample.rooms.val-trajectories=1",
                "sample.rooms.views=3"))
        .succeeded();
    run(
            nobody(),
            withKeytab(
                "fission",
                "prepare",
                "prepare.input=" + hdfs.path("raw"),
                "prepare.output=" + hdfs.path("rooms"),
                "prepare.row-group-size=64KiB"))
        .succeeded();
  }

  Map<String, String> nobody() {
    Map<String, String> environment = new HashMap<>();
    environment.put("HADOOP_CONF_DIR", hdfs.configuration().toString());
    environment.put("JAVA_TOOL_OPTIONS", "-Djava.security.krb5.conf=" + hdfs.kerberos());
    environment.put("KRB5CCNAME", folder.resolve("no-ticket").toString());
    return environment;
  }

  /** Who has called {@code kinit}. */
  Map<String, String> withTicket() throws Exception {
    Map<String, String> environment = nobody();
    environment.put("KRB5CCNAME", hdfs.ticket().toString());
    return environment;
  }

  String[] withKeytab(String... arguments) {
    List<String> all = new ArrayList<>(Arrays.asList(arguments));
    all.add("cluster.spark.kerberos.principal=" + hdfs.principal());
    all.add("cluster.spark.kerberos.keytab=" + hdfs.keytab());
    return all.toArray(String[]::new);
  }

  String[] training(String output) {
    return new String[] {
      "fission",
      "train",
      "train.dataset=" + hdfs.path("rooms"),
      "train.output=" + hdfs.path(output),
      "train.steps=160",
      "train.log-every=1",
      "train.checkpoint.every=40",
      "train.exchange.step-timeout=5m"
    };
  }

  private Process start(Map<String, String> environment, Path out, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(Arrays.asList(arguments));
    command.set(0, SUBMIT.resolve(arguments[0]).toString());
    command.addAll(
        List.of(
            "cluster.executors=2",
            "cluster.executor-memory=512MiB",
            "cluster.native-memory=1GiB",
            "network.width=64",
            "network.height=48",
            "network.width-multiplier=0.125",
            "train.batch-size=1",
            "train.start-timeout=5m",
            "evaluate.untrained=false"));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile());
    builder.environment().remove("SPARK_HOME");
    builder.environment().putAll(environment);
    return builder.start();
  }

  Ended run(Map<String, String> environment, String... arguments) throws Exception {
    Path out = Files.createTempFile(folder, "out", ".txt");
    Process process = start(environment, out, arguments);
    assertThat(process.waitFor(10, TimeUnit.MINUTES)).as("ends by itself").isTrue();
    return new Ended(process.exitValue(), 0, Files.readString(out, StandardCharsets.UTF_8));
  }

  /** Trains, and stops the executors twice, each time for longer than a token is good. */
  Ended trainOverTheEndOfTokens(String run, Map<String, String> environment, String... arguments)
      throws Exception {
    Path out = Files.createTempFile(folder, "out", ".txt");
    Process driver = start(environment, out, arguments);
    String last = "";
    int pauses = 0;
    while (driver.isAlive() && pauses < 2) {
      String newest = newestCheckpoint(run);
      List<ProcessHandle> executors = ExecutorProcesses.all();
      if (newest.compareTo(last) > 0 && executors.size() == 2) {
        last = newest;
        signal("STOP", executors);
        Thread.sleep(tokens.plusSeconds(15).toMillis());
        signal("CONT", executors);
        pauses++;
      }
      Thread.sleep(100);
    }
    assertThat(driver.waitFor(10, TimeUnit.MINUTES)).as("ends by itself").isTrue();
    return new Ended(driver.exitValue(), pauses, Files.readString(out, StandardCharsets.UTF_8));
  }

  /** The newest that is whole; the next one is many steps away. */
  private String newestCheckpoint(String run) throws Exception {
    String newest = "";
    for (String name : hdfs.names(hdfs.path(run + "/checkpoints"))) {
      if (name.matches("\\d+")
          && name.compareTo(newest) > 0
          && hdfs.names(hdfs.path(run + "/checkpoints/" + name)).contains("state.json")) {
        newest = name;
      }
    }
    return newest;
  }

  void requireWhole(Ended ended, String run) throws Exception {
    ended.succeeded();
    assertThat(ended.pauses()).as("times that executors outlived a token").isEqualTo(2);
    assertThat(newestCheckpoint(run)).isEqualTo("00000160");
  }

  private static void signal(String name, List<ProcessHandle> processes) throws Exception {
    for (ProcessHandle process : processes) {
      new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    }
  }

  @Override
  public void close() {
    hdfs.close();
  }
}
