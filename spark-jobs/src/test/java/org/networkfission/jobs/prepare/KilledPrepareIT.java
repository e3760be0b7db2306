package org.networkfission.jobs.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigMemorySize;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.jobs.cluster.ExecutorProcesses;
import org.networkfission.jobs.cluster.TestCluster;
import org.networkfission.prep.frame.TruthKind;
import org.networkfission.prep.list.ListSettings;
import org.networkfission.prep.normals.NormalPresets;
import org.networkfission.prep.sample.SampleSettings;
import org.networkfission.prep.sample.SceneNetSample;
import org.networkfission.prep.settings.Json;
import org.networkfission.prep.shard.Example;
import org.networkfission.prep.shard.Manifest;
import org.networkfission.prep.shard.ShardFile;
import org.networkfission.prep.shard.ShardReader;

/** {@code kill -9} in the middle of a prepare changes no byte of any row. */
class KilledPrepareIT {
  private static final Configuration HADOOP = new Configuration();
  private static final int UNITS = 48;
  private static final long PATIENCE_SECONDS = 240;

  @TempDir static Path folder;
  private static Path raw;
  private static List<List<String>> undisturbed;

  private final StringWriter told = new StringWriter();

  @BeforeAll
  static void prepareUndisturbed() throws Exception {
    raw = folder.resolve("raw");
    new SceneNetSample(new SampleSettings(3, UNITS - 8, 8, 1, 1, 128, 96, 95))
        .write(new org.apache.hadoop.fs.Path(raw.toUri()), HADOOP, 2, (i, n) -> {});
    Path output = folder.resolve("undisturbed");
    new KilledPrepareIT().prepare(output);
    undisturbed = shards(output);
    assertThat(undisturbed).hasSizeGreaterThan(2);
  }

  private Manifest prepare(Path output) throws IOException {
    return new PrepareJob(
            new PrepareSettings(
                PrepareSettings.Dataset.SCENENET,
                Optional.of(raw.toUri().toString()),
                Optional.of(output.toUri().toString()),
                List.of("train", "val"),
                1,
                1000,
                Optional.empty(),
                16L << 20,
                new PrepareSettings.NyuDv2Settings(true, false),
                new PrepareSettings.ScanNetSettings(0.25),
                ListSettings.named("list"),
                List.of(TruthKind.values()),
                Optional.empty(),
                "nyu13",
                NormalPresets.named("scenenet"),
                1,
                ConfigMemorySize.ofBytes(1 << 20),
                ConfigMemorySize.ofBytes(1 << 18),
                0.01),
            TestCluster.of(2),
            Json.MAPPER.createObjectNode(),
            new PrintWriter(told, true))
        .execute();
  }

  /** The rows of each shard in order, as digests of all their columns. */
  private static List<List<String>> shards(Path dataset) throws IOException {
    org.apache.hadoop.fs.Path root = new org.apache.hadoop.fs.Path(dataset.toUri());
    List<List<String>> shards = new ArrayList<>();
    for (ShardFile file : Manifest.open(root, HADOOP).files()) {
      List<String> rows = new ArrayList<>();
      try (ShardReader reader =
          new ShardReader(new org.apache.hadoop.fs.Path(root, file.path()), HADOOP)) {
        for (int group = 0; group < reader.rowGroups().size(); group++) {
          reader.readRowGroup(group).forEachRemaining(row -> rows.add(digest(row)));
        }
      }
      shards.add(rows);
    }
    return shards;
  }

  private static String digest(Example row) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (RecordComponent component : Example.class.getRecordComponents()) {
        Object value = component.getAccessor().invoke(row);
        digest.update(
            value instanceof byte[] bytes
                ? bytes
                : (component.getName() + "=" + value).getBytes(StandardCharsets.UTF_8));
      }
      return row.frameKey() + " " + HexFormat.of().formatHex(digest.digest());
    } catch (ReflectiveOperationException | NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static long finishedUnits(Path output) throws IOException {
    Path units = output.resolve("_temporary/units");
    if (!Files.exists(units)) {
      return 0;
    }
    try (var files = Files.list(units)) {
      return files.filter(f -> f.toString().endsWith(".json")).count();
    }
  }

  /** Waits until some units are finished and others are not. */
  private static void awaitTheMiddle(Path output) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (finishedUnits(output) < 2) {
      assertThat(System.nanoTime()).as("no unit was finished in time").isLessThan(deadline);
      Thread.sleep(5);
    }
  }

  private static void assertUndisturbed(Path output) throws IOException {
    assertThat(shards(output)).isEqualTo(undisturbed);
    try (var files = Files.walk(output)) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .as("leftovers")
          .noneMatch(name -> name.contains("_temporary") || name.contains("growing"));
    }
  }

  @Test
  void anExecutorIsKilled() throws Exception {
    Path output = folder.resolve("executor-killed");
    CompletableFuture<Manifest> job =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return prepare(output);
              } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            });
    awaitTheMiddle(output);
    ExecutorProcesses.all().get(0).destroyForcibly();
    long finished = finishedUnits(output);

    Manifest manifest = job.get(PATIENCE_SECONDS, TimeUnit.SECONDS);

    assertThat(finished).as("units finished when it was killed").isLessThan(UNITS);
    assertThat(manifest.quarantined()).isEmpty();
    assertUndisturbed(output);
  }

  /** The launcher, with the Spark that it brings. */
  private static Process launch(List<String> command, Path log) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    TestCluster.launch(builder);
    return builder.start();
  }

  @Test
  void theDriverIsKilledAndTheSameCommandGoesOn() throws Exception {
    Path output = folder.resolve("driver-killed");
    Path launcher =
        Path.of(System.getProperty("fission.runtime"))
            .resolve("../../../submit/fission")
            .normalize();
    List<String> command =
        List.of(
            launcher.toString(),
            "prepare",
            "prepare.input=" + raw.toUri(),
            "prepare.output=" + output.toUri(),
            "prepare.shard-size=1MiB",
            "prepare.row-group-size=256KiB",
            "cluster.executors=2",
            "cluster.executor-memory=512MiB");
    Path log = folder.resolve("driver.log");
    Process driver = launch(command, log);
    List<ProcessHandle> executors;
    try {
      awaitTheMiddle(output);
    } finally {
      executors = driver.descendants().toList();
      driver.destroyForcibly();
    }
    assertThat(driver.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    long finished = finishedUnits(output);
    assertThat(finished).as("units finished when it was killed").isLessThan(UNITS);
    assertThat(output.resolve("_SUCCESS")).doesNotExist();
    // Executors see that their driver is gone, and end.
    for (ProcessHandle executor : executors) {
      executor.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    Process again = launch(command, log);
    assertThat(again.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();

    assertThat(again.exitValue()).as(Files.readString(log)).isZero();
    assertThat(Files.readString(log)).contains("units were finished before");
    assertUndisturbed(output);
  }
}
