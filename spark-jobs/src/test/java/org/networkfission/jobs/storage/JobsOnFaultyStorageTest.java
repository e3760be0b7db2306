package org.networkfission.jobs.storage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.jobs.cli.Fission;
import org.networkfission.jobs.train.checkpoint.Checkpoint;
import org.networkfission.prep.sample.SampleSettings;
import org.networkfission.prep.sample.SceneNetSample;
import org.networkfission.prep.settings.Json;
import org.networkfission.prep.shard.Manifest;

/**
 * Whole jobs on a file system whose reading calls fail, stall and end too early: faults that pass
 * change no output, and those that stay are no bad data.
 */
class JobsOnFaultyStorageTest {
  private static final double SHARE = 0.2;

  @TempDir static Path folder;
  private static Path raw;
  private static Outputs quiet;

  /** What the jobs gave. */
  private record Outputs(
      List<String> shards,
      long parameters,
      JsonNode figures,
      SortedMap<String, Integer> predictions,
      JsonNode table) {}

  @BeforeAll
  static void runUndisturbed() throws Exception {
    raw = folder.resolve("raw");
    new SceneNetSample(new SampleSettings(3, 3, 1, 1, 2, 64, 48, 90))
        .write(new org.apache.hadoop.fs.Path(raw.toUri()), new Configuration(), 2, (i, n) -> {});
    Files.writeString(
        folder.resolve("one.conf"),
        """
        include classpath("conf/studies/base/scenenet.conf")
        network { scheme = mid, tasks = [labels, normals] }
        study { columns = [normals/below-30], rows = [ { id = only } ] }
        """);
    try (Stream<Path> files = Files.walk(raw.resolve("val"))) {
      Files.write(
          raw.resolve("photos.txt"),
          files
              .filter(file -> file.toString().endsWith(".jpg"))
              .map(file -> raw.relativize(file).toString())
              .sorted()
              .toList());
    }
    quiet = run(folder.resolve("quiet"));
  }

  @AfterEach
  void mend() {
    CallFaults.mend();
  }

  private static Outputs run(Path to) throws Exception {
    String rooms = FaultyFileSystem.uri(to.resolve("rooms"));
    String trained = FaultyFileSystem.uri(to.resolve("run"));
    fission(
        "prepare",
        "prepare.input=" + FaultyFileSystem.uri(raw),
        "prepare.output=" + rooms,
        "prepare.row-group-size=64KiB");
    fission("train", "train.dataset=" + rooms, "train.output=" + trained);
    fission(
        "evaluate",
        "evaluate.checkpoint=" + trained,
        "evaluate.data=" + rooms,
        "evaluate.output=" + FaultyFileSystem.uri(to.resolve("report")));
    fission(
        "predict",
        "predict.checkpoint=" + trained,
        "predict.input=" + FaultyFileSystem.uri(raw.resolve("val")),
        "predict.output=" + FaultyFileSystem.uri(to.resolve("predictions/here")));
    fission(
        "predict",
        "--cluster",
        "predict.format=parquet",
        "predict.checkpoint=" + trained,
        "predict.input=" + FaultyFileSystem.uri(raw.resolve("photos.txt")),
        "predict.output=" + FaultyFileSystem.uri(to.resolve("predictions/of-list")));
    fission(
        "predict",
        "predict.format=parquet",
        "predict.image-column=color",
        "predict.key-column=frame_key",
        "predict.checkpoint=" + trained,
        "predict.input=" + rooms + "/val",
        "predict.output=" + FaultyFileSystem.uri(to.resolve("predictions/of-table")));
    fission(
        "study",
        folder.resolve("one.conf").toString(),
        "study.datasets.scenenet=" + rooms,
        "study.output=" + FaultyFileSystem.uri(to.resolve("studies")));
    return outputs(to);
  }

  private static void fission(String... arguments) {
    Ended ended = end(arguments);
    assertThat(ended.code()).as(ended.told()).isZero();
  }

  private record Ended(int code, String told) {}

  private static Ended end(String... arguments) {
    StringWriter told = new StringWriter();
    return end(told, new PrintWriter(told, true), arguments);
  }

  private static Ended end(StringWriter told, PrintWriter out, String... arguments) {
    List<String> all = new ArrayList<>(Arrays.asList(arguments));
    all.addAll(
        List.of(
            "cluster.master=local[2]",
            "cluster.executors=2",
            "network.width=32",
            "network.height=32",
            "network.width-multiplier=0.05",
            "train.batch-size=1",
            "train.steps=3",
            "train.checkpoint.every=1",
            "train.log-every=1",
            "evaluate.constant-frames=4",
            "evaluate.replicates=0",
            "evaluate.panels=1"));
    FaultyFileSystem.settings()
        .forEach((key, value) -> all.add("cluster.spark.hadoop.%s=%s".formatted(key, value)));
    return new Ended(Fission.run(out, out, all.toArray(String[]::new)), told.toString());
  }

  private static Outputs outputs(Path to) throws IOException {
    Configuration hadoop = new Configuration();
    List<String> shards =
        Manifest.open(new org.apache.hadoop.fs.Path(to.resolve("rooms").toUri()), hadoop)
            .files()
            .stream()
            .map(file -> file.path() + " " + file.sha256())
            .toList();
    SortedMap<String, Integer> predictions = new TreeMap<>();
    Path all = to.resolve("predictions");
    try (Stream<Path> files = Files.walk(all)) {
      for (Path file : files.filter(f -> f.toString().matches(".*\\.(png|parquet)")).toList()) {
        predictions.put(all.relativize(file).toString(), Arrays.hashCode(Files.readAllBytes(file)));
      }
    }
    return new Outputs(
        shards,
        parameters(to),
        Json.MAPPER.readTree(to.resolve("report/metrics.json").toFile()).get("tasks"),
        predictions,
        Json.MAPPER.readTree(to.resolve("studies/one/study.json").toFile()).at("/rows/0/cells"));
  }

  private static long parameters(Path to) throws IOException {
    return Checkpoint.latest(
            new org.apache.hadoop.fs.Path(to.resolve("run").toUri()), new Configuration())
        .orElseThrow()
        .state()
        .checksum();
  }

  @Test
  void faultsThatPassChangeNoOutput() throws Exception {
    assertThat(quiet.predictions().keySet())
        .anyMatch(name -> name.startsWith("here/"))
        .anyMatch(name -> name.startsWith("of-list/"))
        .anyMatch(name -> name.startsWith("of-table/"));
    CallFaults.atRandom(7, SHARE);

    Outputs disturbed = run(folder.resolve("disturbed"));

    assertThat(CallFaults.faults()).isGreaterThan(20);
    assertThat(disturbed).isEqualTo(quiet);
  }

  /** The first attempt fails behind its first checkpoint, those after it before another. */
  @Test
  void aRunThatComesToNoOtherCheckpointIsTriedAgain() throws Exception {
    Path to = folder.resolve("tried");
    int[] calls = IntStream.rangeClosed(1, 16).toArray(); // Each replica asks four times.
    StringWriter told = new StringWriter();
    PrintWriter out =
        new PrintWriter(told, true) {
          @Override
          public void println(String line) {
            super.println(line);
            if (line.startsWith("training 2 replicas")) { // The driver has read what it needs.
              CallFaults.fault(CallFaults.Call.READ, ".parquet", CallFaults.Fault.FAIL, calls);
            }
          }
        };

    Ended ended =
        end(
            told,
            out,
            "train",
            "train.dataset=" + FaultyFileSystem.uri(folder.resolve("quiet/rooms")),
            "train.output=" + FaultyFileSystem.uri(to.resolve("run")));

    assertThat(ended.code()).as(ended.told()).isZero();
    assertThat(ended.told().split("training goes on after: Training failed: "))
        .hasSizeBetween(3, 5);
    assertThat(ended.told()).contains("attempt 3: going on from step 0 ");
    assertThat(parameters(to)).isEqualTo(quiet.parameters());
  }

  @Test
  void anOldCheckpointThatCannotBeDeletedEndsNothing() throws Exception {
    Path to = folder.resolve("kept");
    // Its record is renamed to its place, then deleted first of all.
    CallFaults.fault(
        CallFaults.Call.WRITE, "checkpoints/00000000/state.json", CallFaults.Fault.FAIL, 2);

    Ended ended =
        end(
            "train",
            "train.checkpoint.keep=1",
            "train.dataset=" + FaultyFileSystem.uri(folder.resolve("quiet/rooms")),
            "train.output=" + FaultyFileSystem.uri(to.resolve("run")));

    assertThat(CallFaults.faults()).isEqualTo(1);
    assertThat(ended.code()).as(ended.told()).isZero();
    assertThat(parameters(to)).isEqualTo(quiet.parameters());
    assertThat(to.resolve("run/checkpoints/00000000")).doesNotExist();
  }

  /** A job that cannot read ends, but neither as if data were bad nor with fewer of them. */
  @Test
  void faultsThatStayAreNoBadData() {
    String rooms = FaultyFileSystem.uri(folder.resolve("quiet/rooms"));
    CallFaults.fault(CallFaults.Call.READ, ".parquet", CallFaults.Fault.FAIL);
    CallFaults.fault(CallFaults.Call.READ, "photos.txt", CallFaults.Fault.FAIL);
    for (String[] arguments :
        List.of(
            new String[] {
              "train",
              "train.dataset=" + rooms,
              "train.output=" + FaultyFileSystem.uri(folder.resolve("cut/run"))
            },
            new String[] {
              "evaluate",
              "evaluate.checkpoint=" + FaultyFileSystem.uri(folder.resolve("quiet/run")),
              "evaluate.data=" + rooms,
              "evaluate.output=" + FaultyFileSystem.uri(folder.resolve("cut/report"))
            },
            new String[] {
              "predict",
              "--cluster",
              "predict.format=parquet",
              "predict.checkpoint=" + FaultyFileSystem.uri(folder.resolve("quiet/run")),
              "predict.input=" + FaultyFileSystem.uri(raw.resolve("photos.txt")),
              "predict.output=" + FaultyFileSystem.uri(folder.resolve("cut/predictions"))
            },
            new String[] {
              "predict",
              "predict.format=parquet",
              "predict.image-column=color",
              "predict.key-column=frame_key",
              "predict.checkpoint=" + FaultyFileSystem.uri(folder.resolve("quiet/run")),
              "predict.input=" + rooms + "/val",
              "predict.output=" + FaultyFileSystem.uri(folder.resolve("cut/of-table"))
            })) {
      Ended ended = end(arguments);

      assertThat(ended.code()).as(ended.told()).isEqualTo(Fission.FAILED);
      assertThat(ended.told())
          .contains("fission: ")
          .containsPattern(
              "Cannot read faulty:\\S+\\.(parquet|txt): its file system failed 4 times");
    }
    assertThat(folder.resolve("cut/report/_SUCCESS")).doesNotExist();
    assertThat(folder.resolve("cut/predictions/_SUCCESS")).doesNotExist();
  }
}
