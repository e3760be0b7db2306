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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.jobs.cluster.SecureHdfs;

/**
 * Jobs on an HDFS with Kerberos, whose delegation tokens end while they run: the executors are
 * stopped until all tokens that they had are gone, and then go on.
 */
@Tag("slow")
class KerberosIT {
  private static final Path SUBMIT =
      Path.of(System.getProperty("fission.runtime"), "../../../submit").normalize();
  private static final Duration TOKENS = Duration.ofSeconds(40);

  @TempDir static Path folder;
  private static SecureHdfs hdfs;

  private record Ended(int code, int pauses, String out) {
    String lastLine() {
      return out.lines().reduce("", (before, line) -> line);
    }
  }

  @BeforeAll
  static void startHdfsAndMakeData() throws Exception {
    hdfs = SecureHdfs.start(folder, TOKENS);
    succeed(
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
                "sample.rooms.views=3")));
    succeed(
        run(
            nobody(),
            withKeytab(
                "fission",
                "prepare",
                "prepare.input=" + hdfs.path("raw"),
                "prepare.output=" + hdfs.path("rooms"),
                "prepare.row-group-size=64KiB")));
  }

  @AfterAll
  static void stopHdfs() {
    if (hdfs != null) {
      hdfs.close();
    }
  }

  private static Map<String, String> nobody() {
    Map<String, String> environment = new HashMap<>();
    environment.put("HADOOP_CONF_DIR", hdfs.configuration().toString());
    environment.put("JAVA_TOOL_OPTIONS", "-Djava.security.krb5.conf=" + hdfs.kerberos());
    environment.put("KRB5CCNAME", folder.resolve("no-ticket").toString());
    return environment;
  }

  /** Who has called {@code kinit}. */
  private static Map<String, String> withTicket() throws Exception {
    Map<String, String> environment = nobody();
    environment.put("KRB5CCNAME", hdfs.ticket().toString());
    return environment;
  }

  private static String[] withKeytab(String... arguments) {
    List<String> all = new ArrayList<>(Arrays.asList(arguments));
    all.add("cluster.spark.kerberos.principal=" + hdfs.principal());
    all.add("cluster.spark.kerberos.keytab=" + hdfs.keytab());
    return all.toArray(String[]::new);
  }

  private static String[] training(String output) {
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

  private static void succeed(Ended ended) {
    assertThat(ended.code()).as(ended.out()).isZero();
  }

  private static Process start(Map<String, String> environment, Path out, String... arguments)
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

  private static Ended run(Map<String, String> environment, String... arguments) throws Exception {
    Path out = Files.createTempFile(folder, "out", ".txt");
    Process process = start(environment, out, arguments);
    assertThat(process.waitFor(10, TimeUnit.MINUTES)).as("ends by itself").isTrue();
    return new Ended(process.exitValue(), 0, Files.readString(out, StandardCharsets.UTF_8));
  }

  /** Trains, and stops the executors twice, each time for longer than a token is good. */
  private static Ended trainOverTheEndOfTokens(
      String run, Map<String, String> environment, String... arguments) throws Exception {
    Path out = Files.createTempFile(folder, "out", ".txt");
    Process driver = start(environment, out, arguments);
    String last = "";
    int pauses = 0;
    while (driver.isAlive() && pauses < 2) {
      String newest = newestCheckpoint(run);
      List<ProcessHandle> executors = executors();
      if (newest.compareTo(last) > 0 && executors.size() == 2) {
        last = newest;
        signal("STOP", executors);
        Thread.sleep(TOKENS.plusSeconds(15).toMillis());
        signal("CONT", executors);
        pauses++;
      }
      Thread.sleep(100);
    }
    assertThat(driver.waitFor(10, TimeUnit.MINUTES)).as("ends by itself").isTrue();
    return new Ended(driver.exitValue(), pauses, Files.readString(out, StandardCharsets.UTF_8));
  }

  /** The newest that is whole; the next one is many steps away. */
  private static String newestCheckpoint(String run) throws Exception {
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

  private static void requireWhole(Ended ended, String run) throws Exception {
    succeed(ended);
    assertThat(ended.pauses()).as("times that executors outlived a token").isEqualTo(2);
    assertThat(newestCheckpoint(run)).isEqualTo("00000160");
  }

  private static List<ProcessHandle> executors() {
    return ProcessHandle.current()
        .descendants()
        .filter(
            process ->
                process.info().arguments().stream()
                    .flatMap(Arrays::stream)
                    .anyMatch(word -> word.endsWith("CoarseGrainedExecutorBackend")))
        .toList();
  }

  private static void signal(String name, List<ProcessHandle> processes) throws Exception {
    for (ProcessHandle process : processes) {
      new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    }
  }

  @Test
  void withAKeytabExecutorsWriteAfterTheirTokensEnded() throws Exception {
    Ended ended = trainOverTheEndOfTokens("run", nobody(), withKeytab(training("run")));
    requireWhole(ended, "run");

    succeed(
        run(
            nobody(),
            withKeytab(
                "fission",
                "evaluate",
                "evaluate.checkpoint=" + hdfs.path("run"),
                "evaluate.data=" + hdfs.path("rooms"),
                "evaluate.output=" + hdfs.path("report"))));
    assertThat(hdfs.names(hdfs.path("report"))).contains("report.html");
  }

  @Test
  void aTicketRenewsTokensAsLongAsItLasts() throws Exception {
    requireWhole(trainOverTheEndOfTokens("ticket", withTicket(), training("ticket")), "ticket");
  }

  @Test
  void withoutARenewalTheJobNamesTheKeytab() throws Exception {
    List<String> arguments = new ArrayList<>(Arrays.asList(training("ended")));
    // Spark's own default: nothing but a keytab renews.
    arguments.add("cluster.spark.kerberos.renewal.credentials=keytab");
    Ended ended = trainOverTheEndOfTokens("ended", withTicket(), arguments.toArray(String[]::new));

    assertThat(ended.code()).as(ended.out()).isEqualTo(2);
    assertThat(ended.lastLine())
        .startsWith("fission: ")
        .contains("cluster.spark.kerberos.keytab is missing: the job outlived Hadoop's delegation");
  }

  @Test
  void whoHasNoTicketIsToldBeforeSparkStarts() throws Exception {
    Ended nobody = run(nobody(), training("nobody"));
    assertThat(nobody.code()).as(nobody.out()).isEqualTo(2);
    assertThat(nobody.out()).contains("there is none: call kinit, or give");

    List<String> arguments = new ArrayList<>(Arrays.asList(training("nobody")));
    arguments.add("cluster.spark.kerberos.principal=" + hdfs.principal());
    Ended half = run(nobody(), arguments.toArray(String[]::new));
    assertThat(half.code()).as(half.out()).isEqualTo(2);
    assertThat(half.lastLine()).contains("cluster.spark.kerberos.keytab is missing");

    arguments.add("cluster.spark.kerberos.keytab=" + folder.resolve("nowhere.keytab"));
    Ended without = run(nobody(), arguments.toArray(String[]::new));
    assertThat(without.code()).as(without.out()).isEqualTo(2);
    assertThat(without.lastLine()).contains("nowhere.keytab: must be a file that can be read");
  }
}
