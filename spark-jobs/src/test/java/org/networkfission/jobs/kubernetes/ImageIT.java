package org.networkfission.jobs.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.jobs.cluster.SparkDistribution;

/**
 * The product's image: what its Dockerfile takes of a built clone, and {@code submit/fission} in
 * it, as the image's user and under the image's paths.
 */
class ImageIT {
  private static final Path RUNTIME = Path.of(System.getProperty("fission.runtime"));
  private static final Path CLONE = RUNTIME.resolve("../../..").normalize();
  private static final String PRODUCT = "opt/network-fission";

  @TempDir static Path folder;
  private static ContainerImage image;

  @BeforeAll
  static void build() throws Exception {
    image =
        ContainerImage.build(
            CLONE, "submit/kubernetes/Dockerfile", Files.createDirectory(folder.resolve("root")));
  }

  private static List<String> names(Path parent) throws IOException {
    try (Stream<Path> files = Files.list(parent)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void holdsWhatRunsAndNothingElseOfTheClone() throws IOException {
    Path product = image.root().resolve(PRODUCT);

    assertThat(names(image.root())).containsExactly("opt");
    assertThat(names(product)).containsExactly("conf", "lib", "submit");
    assertThat(names(product.resolve("conf"))).isEqualTo(names(CLONE.resolve("conf")));
    assertThat(product.resolve("submit/discover-gpus")).isExecutable();
    assertThat(product.resolve("submit/fission")).isExecutable();
    assertThat(image.user()).as("a number, which runAsNonRoot takes").isEqualTo("185");
    assertThat(image.entrypoint()).as("an entry point in place of Spark's").isFalse();
  }

  @Test
  void hasTheProductOnceOnTheClassPathAndSparkNotAtAll() throws IOException {
    Path lib = image.root().resolve(PRODUCT).resolve("lib");
    List<String> programs = new ArrayList<>();
    for (String name : names(lib)) {
      try (JarFile jar = new JarFile(lib.resolve(name).toFile())) {
        if (jar.getEntry("org/networkfission/jobs/cli/Fission.class") != null) {
          programs.add(name);
        }
        assertThat(jar.getEntry("org/apache/spark/SparkContext.class")).as(name).isNull();
      }
    }

    assertThat(programs).containsExactly("spark-jobs.jar");
    // All that the build has, also hadoop-aws where that was asked for (-Ps3).
    assertThat(names(lib)).hasSameSizeAs(names(RUNTIME.resolve("lib")));
    assertThat(names(lib).contains("hadoop-aws-3.3.4.jar"))
        .isEqualTo(RUNTIME.resolve("lib/hadoop-aws-3.3.4.jar").toFile().exists());
  }

  /** Runs a command where the image's root lies over this machine's. */
  private static String inTheImage(String... command) throws Exception {
    Path spark = folder.resolve("spark");
    if (Files.notExists(spark)) {
      SparkDistribution.layOut(spark, SparkDistribution.clientOfKubernetes());
      Path work = Files.createDirectory(folder.resolve("work"));
      assertThat(work.toFile().setWritable(true, false)).isTrue();
    }
    List<String> words =
        new ArrayList<>(
            List.of(
                "unshare",
                "--mount",
                "sh",
                "-ec",
                """
                mount -t tmpfs none /mnt
                mkdir /mnt/work
                { cat /etc/passwd; echo "spark:x:$3:$3::/nonexistent:/bin/sh"; } >/mnt/passwd
                mount --bind /mnt/passwd /etc/passwd
                mount --bind "$2" /mnt/work
                mount -t tmpfs none /opt
                mkdir -p /opt/network-fission /opt/spark/bin /opt/spark/jars
                mount --bind "$0" /opt/network-fission
                install -m 755 "$1"/bin/* /opt/spark/bin/
                cp -L "$1"/jars/* /opt/spark/jars/
                uid=$3
                shift 3
                cd /opt/spark
                exec setpriv --reuid="$uid" --regid="$uid" --clear-groups \
                  env -i PATH="$PATH" JAVA_HOME="$JAVA_HOME" HOME=/nonexistent TMPDIR=/mnt/work \
                  SPARK_HOME=/opt/spark HOSTNAME=localhost SPARK_LOCAL_IP=127.0.0.1 "$@"
                """,
                image.root().resolve(PRODUCT).toString(),
                spark.toString(),
                folder.resolve("work").toString(),
                image.user()));
    words.addAll(image.environment());
    words.addAll(Arrays.asList(command));
    ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    Process process = builder.start();
    String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(told).isZero();
    return told;
  }

  /** Who may not mount, or whose Java only they can read, sees the reason. */
  private static void assumeThatOtherUsersRunHere() throws Exception {
    Process probe =
        new ProcessBuilder(
                "unshare",
                "--mount",
                "setpriv",
                "--reuid=185",
                "--regid=185",
                "--clear-groups",
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-version")
            .redirectErrorStream(true)
            .start();
    String told = new String(probe.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assumeTrue(probe.waitFor() == 0, "user 185 cannot run Java in a mount namespace: " + told);
  }

  private static final String FISSION = "/opt/network-fission/submit/fission";

  @Test
  void theLauncherWorksInIt() throws Exception {
    assumeThatOtherUsersRunHere();

    assertThat(inTheImage(FISSION, "--version")).startsWith("Network Fission ");
  }

  @Test
  @Tag("slow")
  void jobsRunInIt() throws Exception {
    assumeThatOtherUsersRunHere();
    inTheImage(
        FISSION,
        "sample",
        "sample.output=file:/mnt/work/raw",
        "sample.rooms.width=64",
        "sample.rooms.height=48",
        "sample.rooms.train-trajectories=2",
        "sample.rooms.val-trajectories=1",
        "sample.rooms.views=3");
    inTheImage(
        FISSION,
        "prepare",
        "cluster.master=local[1]",
        "prepare.input=file:/mnt/work/raw",
        "prepare.output=file:/mnt/work/rooms");
    String trained =
        inTheImage(
            FISSION,
            "train",
            "train.dataset=file:/mnt/work/rooms",
            "train.output=file:/mnt/work/run",
            "cluster.executors=2",
            "cluster.executor-memory=512MiB",
            "cluster.native-memory=1GiB",
            "cluster.driver-native-memory=1GiB",
            "network.width=64",
            "network.height=48",
            "network.width-multiplier=0.125",
            "train.batch-size=1",
            "train.steps=4",
            "train.start-timeout=5m");
    assertThat(trained).contains("trained 4 steps");
    inTheImage(
        FISSION,
        "export",
        "--checkpoint",
        "file:/mnt/work/run",
        "--output",
        "file:/mnt/work/model.tflite");
    assertThat(folder.resolve("work/model.tflite")).isNotEmptyFile();
  }
}
