package org.networkfission.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the scripts of {@code submit} hand on: they run for real, in an installation whose path has
 * a space, and a {@code spark-submit} and a {@code java} of the test say what they were given.
 */
class SubmitScriptsTest {
  private static final Path SUBMIT = Path.of("..", "submit");

  @TempDir Path folder;
  private Path home;
  private Path spark;
  private final Map<String, String> environment = new HashMap<>();

  private record Ended(int code, String out, String err) {
    List<String> arguments() {
      return out.lines().toList();
    }

    String after(String option) {
      return arguments().get(arguments().indexOf(option) + 1);
    }
  }

  /** An installation, as in an image: no pom.xml, so that nothing is built. */
  @BeforeEach
  void install() throws IOException {
    home = folder.resolve("an installation");
    FileUtils.copyDirectory(SUBMIT.toFile(), home.resolve("submit").toFile());
    for (Path script : List.of(Path.of("fission"), Path.of("build"), Path.of("kubernetes/run"))) {
      executable(home.resolve("submit").resolve(script));
    }
    for (String jar : List.of("lib/spark-jobs.jar", "lib/one.jar", "conf/log4j2.properties")) {
      Files.createDirectories(home.resolve(jar).getParent());
      Files.writeString(home.resolve(jar), jar);
    }
    spark = folder.resolve("a spark");
    script(spark.resolve("bin/spark-submit"), "printf '%s\\n' \"$@\"");
    Files.createDirectories(spark.resolve("jars"));
    script(folder.resolve("jdk/bin/java"), "echo 'openjdk version \"17.0.2\"' >&2");
    environment.put("JAVA_HOME", folder.resolve("jdk").toString());
    environment.put("SPARK_HOME", spark.toString());
    environment.put("TMPDIR", Files.createDirectory(folder.resolve("tmp")).toString());
  }

  private static void executable(Path file) {
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private static void script(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/usr/bin/env bash\n" + text + "\n");
    executable(file);
  }

  private Ended run(Path script, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(script.toString()));
    command.addAll(Arrays.asList(arguments));
    Path out = folder.resolve("out.txt");
    Path err = folder.resolve("err.txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().putAll(environment);
    int code = builder.start().waitFor();
    return new Ended(
        code,
        Files.readString(out, StandardCharsets.UTF_8),
        Files.readString(err, StandardCharsets.UTF_8));
  }

  private Path launcher() {
    return home.resolve("submit/fission");
  }

  @Test
  void whatTheUserAddsIsAddedAndKeepsItsQuotes() throws Exception {
    environment.put(
        "FISSION_SUBMIT_OPTIONS",
        "--master yarn --name 'my run' --jars /x/mine.jar --conf spark.a=\"b c\""
            + " --driver-java-options '-Da=b -Dc=\"d e\"' --conf=spark.e=f");
    Ended ended = run(launcher(), "train", "train.output=a b");

    assertThat(ended.code()).as(ended.err()).isZero();
    assertThat(ended.after("--name")).isEqualTo("my run");
    assertThat(ended.after("--jars"))
        .isEqualTo("/x/mine.jar," + home.toRealPath().resolve("lib/one.jar"));
    assertThat(ended.after("--driver-java-options"))
        .contains(
            "\"-Dlog4j2.configurationFile=%s\""
                .formatted(home.toRealPath().resolve("conf/log4j2.properties")))
        .contains(" -Da=b -Dc=\"d e\" ")
        .contains("-Duser.language=en");
    assertThat(ended.arguments())
        .contains("spark.a=b c", "spark.e=f", "train.output=a b")
        .containsSubsequence(home.toRealPath().resolve("lib/spark-jobs.jar").toString(), "train");
  }

  @Test
  void nothingInTheOptionsIsRun() throws Exception {
    environment.put("FISSION_SUBMIT_OPTIONS", "--name '$(touch " + folder.resolve("ran") + ")'");
    Ended ended = run(launcher(), "config");

    assertThat(ended.after("--name")).startsWith("$(touch");
    assertThat(folder.resolve("ran")).doesNotExist();
    environment.put("FISSION_SUBMIT_OPTIONS", "--name 'open");
    assertThat(run(launcher(), "config").code()).isEqualTo(2);
  }

  @Test
  void jarsThatTheClusterHasAreNotUploaded() throws Exception {
    environment.put("FISSION_INSTALLED", "hdfs:///apps/fission");
    Ended ended = run(launcher(), "train");

    assertThat(ended.after("--jars")).isEqualTo("hdfs:///apps/fission/lib/one.jar");
    assertThat(ended.arguments())
        .contains(
            "hdfs:///apps/fission/lib/spark-jobs.jar",
            "spark.yarn.archive=hdfs:///apps/fission/spark-jars.zip");
  }

  @Test
  void runsThroughASymlinkWithCdpath() throws Exception {
    Path link = folder.resolve("bin/fission");
    Files.createDirectories(link.getParent());
    Files.createSymbolicLink(link, launcher());
    environment.put("CDPATH", folder + ":" + home);
    Ended ended = run(link, "config");

    assertThat(ended.err()).isEmpty();
    assertThat(ended.arguments()).contains("config");
  }

  @Test
  void aJavaThatSparkCannotUseIsRefusedInOneSentence() throws Exception {
    for (String version : List.of("24.0.1", "25", "11.0.2", "1.8.0_300")) {
      script(
          folder.resolve("jdk/bin/java"), "echo 'openjdk version \"%s\"' >&2".formatted(version));
      Ended ended = run(launcher(), "config");

      assertThat(ended.code()).isEqualTo(1);
      assertThat(ended.err())
          .hasLineCount(1)
          .startsWith("fission: Cannot run: Java " + version.split("\\.", -1)[0] + " found as ")
          .contains("Java 17 to 23");
    }
  }

  @Test
  void everyRunHasAFolderAndRemovesThoseOfKilledOnes() throws Exception {
    script(
        spark.resolve("bin/spark-submit"),
        "echo \"$FISSION_WORK\"; readlink \"$SPARK_HOME/jars\"; echo \"$SPARK_HOME\"");
    Ended first = run(launcher(), "config");
    Ended second = run(launcher(), "config");

    Path left = Path.of(first.arguments().get(0));
    assertThat(left).doesNotExist();
    assertThat(first.arguments().get(1)).isEqualTo(spark.toRealPath().resolve("jars").toString());
    assertThat(first.arguments().get(2)).isEqualTo(left.resolve("spark").toString());
    assertThat(second.arguments().get(0)).isNotEqualTo(first.arguments().get(0));
    assertThat(Path.of(second.arguments().get(0)).getParent()).isEqualTo(left.getParent());
  }

  /** Java that tells what it was started with. */
  private void tellJava() throws IOException {
    environment.put("SPARK_HOME", "");
    script(
        folder.resolve("jdk/bin/java"),
        "if [[ $1 == -version ]]; then echo 'openjdk version \"17.0.2\"' >&2; else printf '%s\\n' \"$@\"; fi");
  }

  @Test
  void aDriverWhoseExecutorsComputeIsNotOptimised() throws Exception {
    tellJava();
    String simple = "-XX:TieredStopAtLevel=1";
    assertThat(run(launcher(), "predict", "--cluster").arguments()).contains(simple);
    assertThat(run(launcher(), "predict", "predict.cluster=true").arguments()).contains(simple);
    assertThat(run(launcher(), "predict").arguments()).doesNotContain(simple);
    assertThat(run(launcher(), "predict", "--cluster", "cluster.master=\"local[2]\"").arguments())
        .doesNotContain(simple);
    String cluster = "cluster.master=local-cluster[2,1,2048]";
    assertThat(run(launcher(), "predict", "--cluster", cluster).arguments()).contains(simple);
  }

  @Test
  void aRunRecordsItsClassesAndLaterOnesStartWithThem() throws Exception {
    tellJava();
    Path classes = home.toRealPath().resolve("classes.jsa");
    String records = "-XX:ArchiveClassesAtExit=" + classes;
    String shares = "-XX:SharedArchiveFile=" + classes;
    assertThat(run(launcher(), "config").arguments()).doesNotContain(records, shares);

    environment.put("FISSION_RECORD_CLASSES", "yes");
    assertThat(run(launcher(), "config").arguments()).contains(records).doesNotContain(shares);
    Files.createFile(classes);
    assertThat(run(launcher(), "config").arguments()).contains(records).doesNotContain(shares);

    environment.put("FISSION_RECORD_CLASSES", "");
    assertThat(run(launcher(), "config").arguments()).contains(shares).doesNotContain(records);
  }

  @Test
  void aBuildThatRunsIsNeverRewritten() throws Exception {
    Path clone = folder.resolve("clone");
    FileUtils.copyDirectory(home.toFile(), clone.toFile());
    executable(clone.resolve("submit/build"));
    Path lib = clone.resolve("spark-jobs/target/runtime/lib");
    Path jars = lib.resolveSibling("jars");
    for (String name : List.of("pom.xml", "dataset-prep/x", "model/x")) {
      Files.createDirectories(clone.resolve(name).getParent());
      Files.writeString(clone.resolve(name), name);
    }
    Files.createDirectories(jars);
    Files.writeString(jars.resolve("spark.jar"), "spark");
    Files.createDirectories(lib);
    for (String jar :
        List.of("model-1.jar", "dataset-prep-1.jar", "zip-1.jar", "spark-jobs-1.jar")) {
      Files.writeString(lib.resolve(jar), "old");
    }
    Path build = clone.resolve("submit/build");
    Path old = Path.of(run(build).out().strip());
    Path run = folder.resolve("tmp/fission-x/host-1");
    Files.createDirectories(run);
    Files.createSymbolicLink(run.resolve("product"), old);
    // As Maven does it: in place.
    Files.writeString(lib.resolve("model-1.jar"), "new");

    assertThat(run(build).out().strip()).isNotEqualTo(old.toString());
    assertThat(old.resolve("lib/model-1.jar")).hasContent("old");
    assertThat(old.resolve("jars/spark.jar")).hasContent("spark");
    Path current = Path.of(run(build).out().strip());
    assertThat(current.resolve("lib/model-1.jar")).hasContent("new");
    assertThat(current.resolve("lib/zip-1.jar")).hasContent("old");

    FileUtils.deleteDirectory(run.toFile());
    Files.writeString(lib.resolve("model-1.jar"), "newest");
    assertThat(run(build).code()).isZero();
    assertThat(old).doesNotExist();
  }

  @Test
  void kubernetesScriptsEndAsTheDriverDid() throws Exception {
    String said =
        """
        cat >&2 <<'EOF'
        10:00:00 State changed, new state:
        	 pod name: fission-train-1-driver
        	 phase: %s
        10:00:01 Container final statuses:
        	 container name: spark-kubernetes-driver
        	 container state: terminated
        %s	 termination reason: Error
        EOF
        printf '%%s\\n' "$@"
        """;
    environment.put("K8S", "https://api:6443");
    environment.put("IMAGE", "fission:1");
    Path train = home.resolve("submit/kubernetes/train");
    executable(train);

    script(spark.resolve("bin/spark-submit"), said.formatted("Failed", "\t exit code: 3\n"));
    Ended ended = run(train, "s3a://b/data", "s3a://b/" + "x".repeat(250), "cluster.executors=2");
    assertThat(ended.code()).isEqualTo(3);
    assertThat(ended.err())
        .contains("fission: The driver's pod ended with exit code 3")
        .contains("kubectl logs -n default fission-train-1-driver");
    assertThat(ended.after("--name")).isEqualTo("fission-train");
    assertThat(ended.arguments()).contains("spark-internal", "spark.driver.memoryOverhead=2g");

    script(spark.resolve("bin/spark-submit"), said.formatted("Failed", ""));
    assertThat(run(train, "a", "b").code()).isEqualTo(1);
    script(spark.resolve("bin/spark-submit"), said.formatted("Succeeded", "\t exit code: 0\n"));
    assertThat(run(train, "a", "b").code()).isZero();
  }
}
