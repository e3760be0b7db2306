package org.networkfission.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code submit/standalone} on a real Master with two Workers, with authentication on. */
@Tag("slow")
class StandaloneScriptsIT {
  private static final Path RUNTIME = Path.of(System.getProperty("fission.runtime"));
  private static final Path SUBMIT = RUNTIME.resolve("../../../submit").normalize();
  private static final String SECRET = "a secret of this test";

  @TempDir static Path folder;
  private static final List<Process> cluster = new ArrayList<>();
  private static String master;

  @BeforeAll
  static void startCluster() throws Exception {
    Path log = folder.resolve("master.log");
    cluster.add(
        spark(log, "org.apache.spark.deploy.master.Master", "--host", "127.0.0.1", "--port", "0"));
    master = await(log, Pattern.compile("Starting Spark master at (spark://\\S+)"));
    for (int i = 0; i < 2; i++) {
      Path workerLog = folder.resolve("worker-%d.log".formatted(i));
      cluster.add(
          spark(
              workerLog,
              "org.apache.spark.deploy.worker.Worker",
              "--host",
              "127.0.0.1",
              "--cores",
              "1",
              "--memory",
              "1500m",
              "--work-dir",
              folder.resolve("work-" + i).toString(),
              master));
      await(workerLog, Pattern.compile("(Successfully registered with master)"));
    }
  }

  @AfterAll
  static void stopCluster() {
    cluster.forEach(Process::destroy);
  }

  /** Starts one of Spark's own daemons from the jars that Maven resolved. */
  private static Process spark(Path log, String... arguments) throws IOException {
    Path logging = folder.resolve("log4j2.properties");
    Files.writeString(
        logging,
        """
        rootLogger.level = info
        rootLogger.appenderRef.console.ref = console
        appender.console.type = Console
        appender.console.name = console
        appender.console.layout.type = PatternLayout
        appender.console.layout.pattern = %p %c{1}: %m%n
        """);
    List<String> command = new ArrayList<>(List.of(java(), "-Xmx256m"));
    command.addAll(
        java.lang.management.ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(flag -> flag.startsWith("--add-opens"))
            .toList());
    command.addAll(
        List.of(
            "-Dspark.authenticate=true",
            "-Dspark.authenticate.secret=" + SECRET,
            "-Dspark.master.ui.port=0",
            "-Dspark.worker.ui.port=0",
            "-Dlog4j2.configurationFile=" + logging.toUri(),
            "-cp",
            RUNTIME.resolve("jars") + "/*"));
    command.addAll(Arrays.asList(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().put("SPARK_HOME", RUNTIME.toString());
    builder.environment().put("SPARK_SCALA_VERSION", "2.12");
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    return builder.start();
  }

  private static String java() {
    return ProcessHandle.current().info().command().orElse("java");
  }

  private static String await(Path log, Pattern pattern) throws Exception {
    for (int i = 0; i < 600; i++) {
      Matcher found = pattern.matcher(Files.exists(log) ? Files.readString(log) : "");
      if (found.find()) {
        return found.group(1);
      }
      Thread.sleep(100);
    }
    throw new AssertionError("Not in time: " + pattern + " in\n" + Files.readString(log));
  }

  private static String run(String script, String... arguments) throws Exception {
    Path secret = folder.resolve("secret.conf");
    Files.writeString(secret, "cluster.spark { \"authenticate.secret\" = ${SPARK_SECRET} }");
    List<String> command = new ArrayList<>(List.of(SUBMIT.resolve(script).toString()));
    command.addAll(Arrays.asList(arguments));
    command.addAll(
        List.of(
            "cluster.executors=2",
            "cluster.cores-per-executor=1",
            "cluster.executor-memory=512MiB",
            "cluster.native-memory=1GiB",
            "cluster.spark.authenticate=true",
            "--conf",
            secret.toString(),
            "cluster.spark.network.crypto.enabled=true",
            "train.exchange.require-authentication=true",
            "network.width=64",
            "network.height=48",
            "network.width-multiplier=0.125",
            "train.batch-size=1",
            "train.steps=4",
            "train.start-timeout=5m",
            "evaluate.untrained=false"));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().remove("SPARK_HOME");
    builder.environment().put("MASTER", master);
    builder.environment().put("SPARK_SECRET", SECRET);
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(out).isZero();
    return out;
  }

  private static String at(String name) {
    return folder.resolve(name).toUri().toString();
  }

  @Test
  void allJobsRun() throws Exception {
    run(
        "fission",
        "sample",
        "cluster.master=local[1]",
        "sample.output=" + at("raw"),
        "sample.rooms.width=64",
        "sample.rooms.height=48",
        "sample.rooms.train-trajectories=2",
        "sample.rooms.val-trajectories=1",
        "sample.rooms.views=3");
    run("standalone/prepare", at("raw"), at("rooms"), "prepare.row-group-size=64KiB");
    assertThat(run("standalone/train", at("rooms"), at("run")))
        .contains("training 2 replicas")
        .contains("trained 4 steps");
    assertThat(run("standalone/evaluate", at("run"), at("rooms"), at("report"))).contains("mIoU");

    assertThat(folder.resolve("report/report.html")).isNotEmptyFile();
    assertThat(folder.resolve("run/checkpoints/00000004/state.json"))
        .content()
        .contains("executors")
        .doesNotContain(SECRET);
  }

  @Test
  void withoutArgumentsAScriptSaysHowItIsUsed() throws Exception {
    for (String cluster : List.of("standalone", "yarn", "kubernetes")) {
      for (String job : List.of("prepare", "train", "evaluate")) {
        Process process =
            new ProcessBuilder(SUBMIT.resolve(cluster).resolve(job).toString())
                .redirectErrorStream(true)
                .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(out).isEqualTo(2);
        assertThat(out)
            .contains("submit/%s/%s ".formatted(cluster, job))
            .contains("[key=value]...");
      }
    }
  }
}
