package org.networkfission.jobs.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.jobs.storage.FaultStorm;
import org.networkfission.jobs.storage.FaultyFileSystem;
import org.networkfission.prep.commit.Lease;
import org.networkfission.prep.commit.Listing;
import org.networkfission.prep.commit.OutputFolder;
import org.networkfission.prep.commit.OutputRecord;
import org.networkfission.prep.commit.StoredFile;
import org.networkfission.prep.commit.WholeFile;
import org.networkfission.prep.frame.FrameSource;
import org.networkfission.prep.frame.FrameUnit;
import org.networkfission.prep.frame.PixelLimit;
import org.networkfission.prep.frame.TruthKind;
import org.networkfission.prep.labels.ClassMap;
import org.networkfission.prep.labels.ClassMaps;
import org.networkfission.prep.normals.NormalPresets;
import org.networkfission.prep.sample.SampleSettings;
import org.networkfission.prep.sample.SceneNetSample;
import org.networkfission.prep.scenenet.SceneNetSource;
import org.networkfission.prep.shard.Example;
import org.networkfission.prep.shard.Manifest;
import org.networkfission.prep.shard.ShardFile;
import org.networkfission.prep.shard.ShardMetadata;
import org.networkfission.prep.shard.ShardReader;
import org.networkfission.prep.shard.SplitStatistics;

/** Every kind of commit, with a fault at each of its operations, and then again. */
class CommitFaultTest {
  private static final SampleSettings ROOMS = new SampleSettings(1, 1, 1, 1, 1, 16, 12, 90);

  @TempDir static Path raw;
  @TempDir Path folder;

  @BeforeAll
  static void sample() throws Exception {
    new SceneNetSample(ROOMS)
        .write(path(raw.resolve("rooms")), new Configuration(), 1, (done, all) -> {});
  }

  private static org.apache.hadoop.fs.Path path(Path local) {
    return new org.apache.hadoop.fs.Path(local.toUri());
  }

  /** What a finished folder holds; nothing else may lie in it. */
  private static Map<String, String> finished(
      org.apache.hadoop.fs.Path output, Configuration hadoop) throws IOException {
    Map<String, String> files = new TreeMap<>();
    for (StoredFile file : OutputRecord.open(output, hadoop).files()) {
      byte[] content = OutputRecord.read(output, file.path(), hadoop).orElseThrow();
      files.put(file.path(), new String(content, StandardCharsets.ISO_8859_1));
    }
    List<String> all = new ArrayList<>(files.keySet());
    all.add(OutputRecord.FILE_NAME);
    assertThat(Listing.of(output, hadoop).bytes().keySet())
        .containsExactlyInAnyOrderElementsOf(all);
    return files;
  }

  @Test
  void aReportWithPredictions() throws Exception {
    FaultStorm.run(
        folder,
        (output, hadoop) -> {
          try (OutputFolder report =
              OutputFolder.begin("evaluate.output", output, "evaluate", hadoop)) {
            report.proof().check(hadoop);
            byte[] picture = {1, 2, 3};
            WholeFile.write(
                new org.apache.hadoop.fs.Path(report.path(), "labels/a.png"), picture, hadoop);
            report.add(StoredFile.of("labels/a.png", picture));
            report.write("metrics.json", "{}".getBytes(StandardCharsets.UTF_8));
            report.write("report.html", "<p>".getBytes(StandardCharsets.UTF_8));
            report.commit();
          }
        },
        CommitFaultTest::finished);
  }

  @Test
  void aSample() throws Exception {
    SampleSettings one = new SampleSettings(1, 1, 0, 1, 1, 16, 12, 90);
    FaultStorm.run(
        folder,
        (output, hadoop) -> new SceneNetSample(one).write(output, hadoop, 1, (done, all) -> {}),
        CommitFaultTest::finished);
  }

  @Test
  void anExportedFile() throws Exception {
    FaultStorm.run(
        folder,
        (output, hadoop) -> WholeFile.create(output, new byte[] {1, 2, 3}, hadoop),
        (output, hadoop) -> List.of(WholeFile.read(output, hadoop).orElseThrow()).get(0).length);
  }

  @Test
  void aFileThatIsWrittenOverIsTheOldOneOrTheNew() throws Exception {
    FaultStorm.run(
        folder,
        (output, hadoop) -> {
          Optional<String> before =
              WholeFile.read(output, hadoop).map(b -> new String(b, StandardCharsets.UTF_8));
          assertThat(before.orElse("first")).isIn("first", "second");
          if (before.isEmpty()) {
            WholeFile.write(output, "first".getBytes(StandardCharsets.UTF_8), hadoop);
          }
          WholeFile.write(output, "second".getBytes(StandardCharsets.UTF_8), hadoop);
        },
        (output, hadoop) ->
            new String(WholeFile.read(output, hadoop).orElseThrow(), StandardCharsets.UTF_8));
  }

  @Test
  void aDataset() throws Exception {
    FaultStorm.run(folder, CommitFaultTest::prepare, CommitFaultTest::rows);
  }

  /** The steps of {@link PrepareJob}, with the work of Spark's tasks done here. */
  private static void prepare(org.apache.hadoop.fs.Path output, Configuration hadoop)
      throws Exception {
    if (OutputRecord.isIn(output, hadoop)) {
      return;
    }
    ClassMap classes = ClassMaps.named("nyu13");
    ShardMetadata metadata = ShardMetadata.of("scenenet", classes, Map.of(), "test");
    FrameSource source =
        new SceneNetSource(raw.resolve("rooms").toUri().toString(), List.of("train", "val"), 1);
    List<FrameUnit> units = source.units(hadoop);
    try (Lease lease = Lease.take("prepare.output", output, "prepare", hadoop)) {
      WorkFolder work = WorkFolder.first(output.toString());
      if (work.plan(hadoop).isPresent()) {
        work = WorkFolder.later(output.toString());
      }
      List<UnitSummary> summaries = new ArrayList<>(work.finished(units, hadoop));
      work.begin("plan", hadoop);
      UnitTask task =
          new UnitTask(
              source,
              classes,
              NormalPresets.named("scenenet"),
              TruthKind.all(),
              null,
              PixelLimit.LARGEST,
              metadata,
              work);
      for (FrameUnit unit : units) {
        if (summaries.stream()
            .noneMatch(s -> s.unit().equals(unit.name()) && s.split().equals(unit.split()))) {
          summaries.add(task.prepare(unit, hadoop, frame -> {}));
        }
      }
      List<ShardSummary> shards = new ArrayList<>(work.finishedShards(hadoop));
      for (String split : List.of("train", "val")) {
        ShardName name = new ShardName(split, 0);
        if (shards.stream().noneMatch(s -> s.shard().equals(name))) {
          ShardTask shard = new ShardTask(metadata, work, 1 << 20);
          shards.add(
              ShardSummary.ofJson(
                  shard.write(name, rows(work, summaries, split, hadoop), "", hadoop)));
        }
      }
      StoredFile quarantine = QuarantineTable.write(output, work.run(), List.of(), hadoop);
      Map<String, SplitStatistics> splits = new TreeMap<>();
      shards.forEach(s -> splits.put(s.shard().split(), s.statistics()));
      Manifest manifest =
          Manifest.of(
              metadata,
              shards.stream().map(ShardSummary::file).toList(),
              splits,
              Map.of(),
              JsonNodeFactory.instance.objectNode(),
              Map.of());
      new DatasetCommit(output, lease).execute(manifest, quarantine, hadoop);
    }
  }

  private static java.util.Iterator<Example> rows(
      WorkFolder work, List<UnitSummary> units, String split, Configuration hadoop)
      throws IOException {
    List<Example> rows = new ArrayList<>();
    for (UnitSummary unit : units) {
      if (unit.split().equals(split)) {
        try (ShardReader reader = new ShardReader(work.rows(unit.file()), hadoop)) {
          reader.readRowGroup(0).forEachRemaining(rows::add);
        }
      }
    }
    rows.sort(Comparator.comparing(Example::frameKey));
    return rows.iterator();
  }

  /** The rows of a finished dataset; nothing but what its record lists may lie in it. */
  private static Object rows(org.apache.hadoop.fs.Path output, Configuration hadoop)
      throws IOException {
    Manifest manifest = Manifest.open(output, hadoop);
    Map<String, List<String>> rows = new TreeMap<>();
    for (ShardFile file : manifest.files()) {
      try (ShardReader reader =
          new ShardReader(new org.apache.hadoop.fs.Path(output, file.path()), hadoop)) {
        reader
            .readRowGroup(0)
            .forEachRemaining(
                row ->
                    rows.computeIfAbsent(file.split(), split -> new ArrayList<>())
                        .add(row.frameKey() + java.util.Arrays.hashCode(row.normals())));
      }
    }
    List<String> listed = new ArrayList<>();
    OutputRecord.open(output, hadoop).files().forEach(file -> listed.add(file.path()));
    assertThat(Listing.of(output, hadoop).bytes().keySet())
        .as("parts")
        .filteredOn(path -> !path.startsWith(WorkFolder.NAME))
        .containsExactlyInAnyOrderElementsOf(
            java.util.stream.Stream.concat(
                    listed.stream(), java.util.stream.Stream.of(OutputRecord.FILE_NAME))
                .toList());
    return List.of(rows, manifest.splits());
  }

  /** Folders renamed as a store does it do not appear whole: the storm must see that. */
  @Test
  void theStormSeesARenamedFolder() throws Exception {
    org.assertj.core.api.Assertions.assertThatThrownBy(
            () ->
                FaultStorm.run(
                    folder,
                    (output, hadoop) -> {
                      var files = output.getFileSystem(hadoop);
                      if (files.exists(output)) {
                        return;
                      }
                      var temporary = new org.apache.hadoop.fs.Path(output + "-temporary");
                      files.delete(temporary, true);
                      for (String name : List.of("a", "b")) {
                        files.create(new org.apache.hadoop.fs.Path(temporary, name), true).close();
                      }
                      files.rename(temporary, output);
                    },
                    (output, hadoop) -> Listing.of(output, hadoop).bytes()))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("at operation");
    FaultyFileSystem.end();
  }
}
