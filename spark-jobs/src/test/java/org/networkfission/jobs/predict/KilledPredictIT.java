package org.networkfission.jobs.predict;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.jobs.cluster.ExecutorProcesses;
import org.networkfission.jobs.cluster.TestCluster;
import org.networkfission.jobs.evaluate.EvaluationInput;
import org.networkfission.prep.codec.Jpeg;
import org.networkfission.prep.frame.ColorImage;
import org.networkfission.prep.storage.Sha256;

/** {@code kill -9} of processes in the middle of a prediction changes no byte of what comes out. */
class KilledPredictIT {
  private static final int PHOTOS = 150;
  private static final int PARTS = 31; // With the bad one.
  private static final long PATIENCE_SECONDS = 240;

  @TempDir static Path folder;
  private static Path run;
  private static Path photos;
  private static SortedMap<String, String> undisturbed;

  @BeforeAll
  static void predictUndisturbedInOneProcess() throws Exception {
    run = EvaluationInput.checkpoint(folder.resolve("run"), "nyu13");
    photos = Files.createDirectories(folder.resolve("the photos"));
    for (int i = 0; i < PHOTOS; i++) {
      byte[] rgb = new byte[3 * 400 * 300];
      new Random(i).nextBytes(rgb);
      Path file = photos.resolve("room %d/\u6d74 %03d.jpg".formatted(i % 7, i));
      Files.createDirectories(file.getParent());
      Files.write(file, Jpeg.encode(new ColorImage(400, 300, rgb), 90));
    }
    Files.writeString(photos.resolve("bad.jpg"), "no photo");
    Process process = launch(command("undisturbed", false), folder.resolve("undisturbed.log"));
    assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue())
        .as(Files.readString(folder.resolve("undisturbed.log")))
        .isZero();
    undisturbed = contents("undisturbed");
    assertThat(undisturbed).hasSize(PARTS + 3);
  }

  private static List<String> command(String output, boolean cluster) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("fission.runtime"))
                    .resolve("../../../submit/fission")
                    .normalize()
                    .toString(),
                "predict",
                "--checkpoint=" + run.toUri(),
                "--input=file:" + photos,
                "--output=" + folder.resolve(output).toUri(),
                "predict.format=parquet",
                "predict.photos-per-task=5",
                "predict.max-quarantined-fraction=0.1",
                "cluster.executors=2",
                "cluster.native-memory=1GiB",
                "cluster.executor-memory=512MiB"));
    if (cluster) {
      command.add("--cluster");
    }
    return command;
  }

  /** The launcher, with the Spark that it brings. */
  private static Process launch(List<String> command, Path log) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    TestCluster.launch(builder);
    return builder.start();
  }

  /** The hashes of all files, by their names without what tells attempts apart. */
  private static SortedMap<String, String> contents(String output) throws IOException {
    SortedMap<String, String> contents = new TreeMap<>();
    Path root = folder.resolve(output);
    try (Stream<Path> all = Files.walk(root)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        String path = root.relativize(file).toString();
        String before =
            contents.put(
                path.replaceFirst("(part-[0-9]{5})[^.]*", "$1"),
                path.equals("_SUCCESS") ? "" : Sha256.of(Files.readAllBytes(file)));
        assertThat(before).as(path).isNull();
      }
    }
    return contents;
  }

  private static long finishedParts(Path output) throws IOException {
    Path parts = output.resolve("_temporary/parts");
    if (!Files.exists(parts)) {
      return 0;
    }
    try (Stream<Path> files = Files.list(parts)) {
      return files.filter(f -> f.toString().endsWith(".json")).count();
    }
  }

  /** Waits until so many parts are finished; 0: until the output is there at all. */
  private static void await(Path output, int parts, Process job) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (parts == 0 ? !Files.exists(output) : finishedParts(output) < parts) {
      assertThat(System.nanoTime()).as("not so far in time").isLessThan(deadline);
      assertThat(job.isAlive()).as("the job still runs").isTrue();
      Thread.sleep(5);
    }
  }

  private void executorIsKilledAfter(int parts) throws Exception {
    String name = "executor-" + parts;
    Path log = folder.resolve(name + ".log");
    Process job = launch(command(name, true), log);
    await(folder.resolve(name), parts, job);
    ExecutorProcesses.of(job.toHandle()).get(0).destroyForcibly();

    assertThat(job.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();

    assertThat(job.exitValue()).as(Files.readString(log)).isZero();
    assertThat(contents(name)).isEqualTo(undisturbed);
  }

  private void driverIsKilledAfter(int... parts) throws Exception {
    String name = "driver-" + parts[0];
    Path log = folder.resolve(name + ".log");
    for (int number : parts) {
      Process job = launch(command(name, true), log);
      List<ProcessHandle> executors;
      try {
        await(folder.resolve(name), number, job);
      } finally {
        executors = job.descendants().toList();
        job.destroyForcibly();
      }
      assertThat(job.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
      assertThat(folder.resolve(name).resolve("_SUCCESS")).doesNotExist();
      for (ProcessHandle executor : executors) {
        executor.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      }
    }

    Process again = launch(command(name, true), log);
    assertThat(again.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();

    assertThat(again.exitValue()).as(Files.readString(log)).isZero();
    if (parts[parts.length - 1] > 0) {
      assertThat(Files.readString(log)).contains("parts were finished before");
    }
    assertThat(contents(name)).isEqualTo(undisturbed);
  }

  @Test
  void anExecutorIsKilled() throws Exception {
    executorIsKilledAfter(4);
  }

  @Test
  void theDriverIsKilledAndTheSameCommandGoesOn() throws Exception {
    driverIsKilledAfter(5);
  }

  @Test
  @Tag("slow")
  void theDriverIsKilledTwice() throws Exception {
    driverIsKilledAfter(3, 9);
  }

  @Test
  @Tag("slow")
  void anExecutorIsKilledAtTenPoints() throws Exception {
    for (int parts : new int[] {1, 2, 3, 6, 9, 12, 15, 18, 21, 24}) {
      executorIsKilledAfter(parts);
    }
  }

  @Test
  @Tag("slow")
  void theDriverIsKilledAtTenPoints() throws Exception {
    for (int parts : new int[] {0, 1, 2, 5, 8, 11, 14, 18, 22, 26}) {
      driverIsKilledAfter(parts);
    }
  }
}
