package org.networkfission.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code submit/fission} as a user runs it, with and without a Spark of their own. */
class LauncherIT {
  private static final Path RUNTIME = Path.of(System.getProperty("fission.runtime"));
  private static final Path LAUNCHER = RUNTIME.resolve("../../../submit/fission").normalize();
  private static final Path SPARK = RUNTIME.resolveSibling("spark distribution");

  @TempDir static Path folder;

  private record Ended(int code, String out, String err) {}

  private record Running(Process process, Path out, Path err) {
    Ended end() throws IOException, InterruptedException {
      assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("ends by itself").isTrue();
      return new Ended(
          process.exitValue(),
          Files.readString(out, StandardCharsets.UTF_8),
          Files.readString(err, StandardCharsets.UTF_8));
    }

    void interruptWhenItHasSaid(String text) throws IOException, InterruptedException {
      while (!Files.readString(out, StandardCharsets.UTF_8).contains(text)) {
        assertThat(process.isAlive()).as("still runs").isTrue();
        Thread.sleep(20);
      }
      new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
    }
  }

  /** A folder with what a Spark distribution has: jars and bin/spark-submit. */
  @BeforeAll
  static void layOutADistribution() throws IOException {
    Files.createDirectories(SPARK.resolve("bin"));
    Files.createDirectories(SPARK.resolve("jars"));
    linkJars();
    Path submit = SPARK.resolve("bin/spark-submit");
    Files.writeString(
        submit,
        """
        #!/bin/sh
        # As Spark's own script does: its launcher prints the command line of SparkSubmit.
        export SPARK_HOME SPARK_SCALA_VERSION=2.12
        command=$(java -cp "$SPARK_HOME/jars/*" org.apache.spark.launcher.Main \\
          org.apache.spark.deploy.SparkSubmit "$@" | tr '\\0' '\\n')
        IFS='
        '
        set -f
        exec $command
        """);
    assertThat(submit.toFile().setExecutable(true)).isTrue();
  }

  /** Nothing of the product's own libraries: what Spark needs must be among Spark's. */
  private static void linkJars() throws IOException {
    try (var jars = Files.newDirectoryStream(RUNTIME.resolve("jars"), "*.jar")) {
      for (Path jar : jars) {
        Path link = SPARK.resolve("jars").resolve(jar.getFileName());
        Files.deleteIfExists(link);
        Files.createLink(link, jar);
      }
    }
  }

  private static Running start(boolean distribution, String... arguments) throws IOException {
    return start(distribution, Map.of(), arguments);
  }

  private static Running start(
      boolean distribution, Map<String, String> variables, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(LAUNCHER.toString()));
    command.addAll(List.of(arguments));
    Path out = Files.createTempFile(folder, "out", ".txt");
    Path err = Files.createTempFile(folder, "err", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    Map<String, String> environment = builder.environment();
    environment.remove("SPARK_HOME");
    if (distribution) {
      environment.put("SPARK_HOME", SPARK.toString());
    }
    environment.putAll(variables);
    return new Running(builder.start(), out, err);
  }

  private static Ended run(boolean distribution, String... arguments)
      throws IOException, InterruptedException {
    return start(distribution, arguments).end();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void printsTheConfiguration(boolean distribution) throws Exception {
    Ended ended = run(distribution, "config", "cluster.executors=3");

    assertThat(ended.err()).isEmpty();
    assertThat(ended.code()).isZero();
    assertThat(ended.out()).contains("executors=3");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aWrongKeyIsOneLineAndCode2(boolean distribution) throws Exception {
    Ended ended = run(distribution, "prepare", "prepare.inptu=x");

    assertThat(ended.err())
        .isEqualToNormalizingNewlines(
            "fission: Cannot use the configuration: unknown key prepare.inptu (command line);"
                + " the nearest known key is prepare.input\n");
    assertThat(ended.code()).isEqualTo(2);
  }

  /** A bare container has no locale: Java would pass over what it cannot name. */
  @Test
  void namesOfFilesDoNotDependOnTheLocale() throws Exception {
    Path photos = Files.createDirectory(folder.resolve("photos"));
    Files.writeString(photos.resolve("caf\u00e9 \u6d74\u5ba4.jpg"), "a photo");
    Files.writeString(photos.resolve("caf\u00e9 \u6d74\u5ba4.png"), "its labels");
    Ended ended =
        start(
                false,
                Map.of("LC_ALL", "C", "LANG", "C"),
                "list",
                "photos",
                "--color={name}.jpg",
                "--labels={name}.png")
            .end();

    assertThat(ended.code()).as(ended.err()).isZero();
    assertThat(photos.resolve("frames.csv")).content().contains("caf\u00e9 \u6d74\u5ba4.jpg");
  }

  @Test
  void aMissingArchiveIsOneLineAndCode3() throws Exception {
    Ended ended =
        run(false, "prepare", "prepare.input=nowhere", "prepare.output=" + folder.resolve("x"));

    assertThat(ended.err())
        .startsWith("fission: Cannot read SceneNet RGB-D in file:/")
        .contains("/nowhere: no such folder")
        .hasLineCount(1);
    assertThat(ended.code()).isEqualTo(3);
  }

  /** Whether SIGINT is ignored here, and so in what is started from here. */
  private static boolean ignoresInterrupts() throws IOException {
    try (var lines = Files.lines(Path.of("/proc/self/status"))) {
      return lines
          .filter(line -> line.startsWith("SigIgn:"))
          .map(line -> Long.parseUnsignedLong(line.substring("SigIgn:".length()).strip(), 16))
          .anyMatch(ignored -> (ignored & 0b10) != 0);
    }
  }

  @Test
  void whatCtrlCStopsSaysSoInOneLineAndGoesOn() throws Exception {
    assumeFalse(
        ignoresInterrupts(), "started as scripts start jobs in the background: not by Ctrl-C");
    Ended sampled =
        run(
            false,
            "sample",
            "sample.output=file:rooms",
            "sample.rooms.train-trajectories=9",
            "sample.rooms.val-trajectories=1",
            "sample.rooms.views=2",
            "sample.rooms.width=96",
            "sample.rooms.height=72");
    assertThat(sampled.code()).as(sampled.err()).isZero();
    String[] command = {"prepare", "prepare.input=file:rooms", "prepare.output=file:prepared"};

    Running running = start(false, command); // Of ten units: it is not done when it has begun.
    running.interruptWhenItHasSaid("frames in");
    Ended stopped = running.end();

    assertThat(stopped.err())
        .isEqualToNormalizingNewlines(
            "fission: Interrupted: the units that are finished are kept; the same command goes on"
                + " from there\n");
    assertThat(stopped.code()).isEqualTo(130);
    assertThat(folder.resolve("prepared/_SUCCESS")).doesNotExist();
    Ended again = run(false, command);
    assertThat(again.code()).as(again.err()).isZero();
    assertThat(folder.resolve("prepared/_SUCCESS")).exists();
    try (var left = Files.walk(folder.resolve("prepared"))) {
      assertThat(left.map(f -> f.getFileName().toString()))
          .as("no checksums of Hadoop's beside local outputs")
          .noneMatch(name -> name.endsWith(".crc"));
    }
  }
}
