package org.networkfission.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.jobs.cluster.StandaloneCluster;

/** {@code submit/standalone} on a real Master with two Workers, with authentication on. */
@Tag("slow")
class StandaloneScriptsIT {
  private static final Path RUNTIME = Path.of(System.getProperty("fission.runtime"));
  private static final Path SUBMIT = RUNTIME.resolve("../../../submit").normalize();
  private static final String SECRET = "a secret of this test";

  @TempDir static Path folder;
  private static StandaloneCluster cluster;

  @BeforeAll
  static void startCluster() throws Exception {
    cluster =
        new StandaloneCluster(
            folder, "-Dspark.authenticate=true", "-Dspark.authenticate.secret=" + SECRET);
    cluster.worker("worker-0", "1500m");
    cluster.worker("worker-1", "1500m");
  }

  @AfterAll
  static void stopCluster() {
    cluster.close();
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
    builder.environment().put("MASTER", cluster.master());
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
    for (String kind : List.of("standalone", "yarn", "kubernetes")) {
      for (String job : List.of("prepare", "train", "evaluate")) {
        Process process =
            new ProcessBuilder(SUBMIT.resolve(kind).resolve(job).toString())
                .redirectErrorStream(true)
                .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(out).isEqualTo(2);
        assertThat(out).contains("submit/%s/%s ".formatted(kind, job)).contains("[key=value]...");
      }
    }
  }
}
