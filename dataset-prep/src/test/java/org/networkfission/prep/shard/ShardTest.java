package org.networkfission.prep.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.frame.TruthKind;
import org.networkfission.prep.labels.ClassMaps;
import org.networkfission.prep.settings.Json;

class ShardTest {
  private static final Configuration HADOOP = new Configuration();
  private static final ShardMetadata METADATA =
      ShardMetadata.of(
          "scenenet", ClassMaps.named("nyu13"), Map.of("mode", "accurate", "t", "0.04"), "0.1.0");

  @TempDir java.nio.file.Path folder;

  @Test
  void givesBackEveryRow() throws IOException {
    List<Example> examples = examples(20, 40, 30);
    Path file = write("a.parquet", examples);
    try (ShardReader reader = new ShardReader(file, HADOOP)) {
      assertThat(reader.metadata()).isEqualTo(METADATA);
      assertThat(reader.rowGroups()).containsExactly(20L);
      List<Example> read = new ArrayList<>();
      reader.readRowGroup(0).forEachRemaining(read::add);
      assertEqual(read, examples);
      // Once more: a reader may come back to a group.
      assertEqual(List.of(reader.readRowGroup(0).next()), examples.subList(0, 1));
    }
  }

  @Test
  void readsOnlyTheColumnsAskedFor() throws IOException {
    List<Example> examples = examples(3, 8, 6);
    Path file = write("a.parquet", examples);
    try (ShardReader reader = new ShardReader(file, HADOOP)) {
      Iterator<Example> rows =
          reader.readRowGroup(0, EnumSet.of(Column.SOURCE, Column.WIDTH, Column.LABELS));
      Example first = rows.next();
      assertThat(first.source()).isEqualTo(examples.get(0).source());
      assertThat(first.labels()).isEqualTo(examples.get(0).labels());
      assertThat(first.width()).isEqualTo(8);
      assertThat(first.color()).isNull();
      assertThat(first.frameKey()).isNull();
      rows.next();
      rows.next();
      assertThat(rows.hasNext()).isFalse();
    }
  }

  @Test
  void rowsMayLackTruthWhereItIsOptional() throws IOException {
    List<Example> complete = examples(4, 8, 6);
    List<Example> examples = new ArrayList<>();
    // A row that lacks something comes after one that has it: nothing of the other may be left.
    examples.add(complete.get(0));
    examples.add(lacking(complete.get(1), EnumSet.of(TruthKind.DEPTH, TruthKind.NORMALS)));
    examples.add(lacking(complete.get(2), EnumSet.of(TruthKind.LABELS)));
    examples.add(complete.get(3));
    Path file = new Path(folder.toUri().toString(), "partial.parquet");
    try (ShardWriter writer = new ShardWriter(file, HADOOP, METADATA.withOptionalTruth())) {
      for (Example example : examples) {
        writer.write(example);
      }
    }
    SplitStatistics sum = SplitStatistics.none(14);
    try (ShardReader reader = new ShardReader(file, HADOOP)) {
      assertThat(reader.metadata()).isEqualTo(METADATA.withOptionalTruth());
      List<Example> read = new ArrayList<>();
      reader.readRowGroup(0).forEachRemaining(read::add);
      assertEqual(read, examples);
      assertThat(read.get(1).depth()).isNull();
      for (Example example : read) {
        sum = sum.plus(SplitStatistics.of(example, 14));
      }
    }
    assertThat(sum.framesWithout()).isEqualTo(new TruthCounts(1, 1, 1));
    assertThat(sum.pixelsWithout()).isEqualTo(new TruthCounts(48, 48, 48));
    assertThat(sum.pixels()).isEqualTo(4 * 48);
    assertThat(sum.classHistogram().stream().mapToLong(Long::longValue).sum()).isEqualTo(3 * 48);
    Manifest manifest =
        Manifest.of(
            METADATA.withOptionalTruth(),
            List.of(
                ShardFile.describe(new Path(folder.toUri()), "partial.parquet", "train", HADOOP)),
            Map.of("train", sum, "val", SplitStatistics.of(examples.get(1), 14)),
            Map.of(),
            Json.MAPPER.createObjectNode(),
            Map.of());
    manifest.write(new Path(folder.toUri()), HADOOP);
    Files.createFile(folder.resolve(Manifest.SUCCESS));
    Manifest opened = Manifest.open(new Path(folder.toUri()), HADOOP);
    assertThat(opened).isEqualTo(manifest);
    assertThat(opened.schemaVersion()).isEqualTo(2);
    assertThat(opened.truth()).isEqualTo(TruthKind.all());
    assertThat(opened.truth("val")).containsExactly(TruthKind.LABELS);
    assertThat(opened.truth("test")).isEmpty();
    assertThat(opened.splits().get("train").cameras().frames())
        .containsOnly(Map.entry("8x6 fx=277.10 fy=289.70 cx=19.50 cy=14.50", 4L));
    assertThat(DataCard.of(opened))
        .contains("Licence: not given (prepare.licence)")
        .contains("| train | 4 | 3 | 3 | 3 | 1 |")
        .contains("| val | 1 | 0 | 1 | 0 | 0 |")
        .contains("| val | – | – | – |")
        .contains("| train | 8x6 fx=277.10 fy=289.70 cx=19.50 cy=14.50 | 4 |")
        .contains("No frame was left out.")
        .contains("| normals: mode | accurate |");
  }

  @Test
  void everyRowHasAllTruthWhereItIsNotOptional() {
    Example example = lacking(examples(1, 8, 6).get(0), EnumSet.of(TruthKind.LABELS));
    assertThatThrownBy(() -> write("a.parquet", List.of(example)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot write frame test/0: it has no labels, which every row of scenenet must have");
  }

  @Test
  void readsAManifestFromBeforeTruthWasOptional() throws IOException {
    SplitStatistics statistics =
        Json.MAPPER.readValue(
            "{\"frames\":2,\"pixels\":20,\"classHistogram\":[5,15],\"minDepth\":1,\"maxDepth\":9,"
                + "\"holePixels\":5,\"normalPixels\":10,\"holeShare\":0.25,\"normalCoverage\":0.5}",
            SplitStatistics.class);
    assertThat(statistics.framesWith(TruthKind.DEPTH)).isEqualTo(2);
    assertThat(statistics.holeShare()).isEqualTo(0.25);
  }

  @Test
  void aShardIsWhatTheManifestListsOrIsNamed() throws IOException {
    Path file = write("a.parquet", examples(2, 8, 6));
    Path dataset = new Path(folder.toUri());
    ShardFile shard = ShardFile.describe(dataset, "a.parquet", "train", HADOOP);
    shard.requireIntact(dataset, HADOOP);
    java.nio.file.Path local = java.nio.file.Path.of(file.toUri());
    byte[] bytes = Files.readAllBytes(local);
    bytes[bytes.length / 2]++;
    Files.write(local, bytes);
    Files.deleteIfExists(local.resolveSibling(".a.parquet.crc"));
    assertThatThrownBy(() -> shard.requireIntact(dataset, HADOOP))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("a.parquet: its SHA-256 is")
        .hasMessageContaining(shard.sha256());
    Files.delete(local);
    assertThatThrownBy(() -> shard.requireIntact(dataset, HADOOP))
        .isInstanceOf(InputException.class)
        .hasMessageEndingWith("no such file");
  }

  @Test
  void camerasAddUpInAnyOrder() {
    List<Cameras> parts = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      Example e = examples(1, 8, 6).get(0);
      parts.add(
          Cameras.of(
              new Example(
                  "k",
                  "d",
                  "train",
                  "u",
                  8,
                  6,
                  100 + i % 40,
                  1,
                  1,
                  1,
                  null,
                  null,
                  null,
                  null,
                  0,
                  e.source())));
    }
    Cameras forward = parts.stream().reduce(Cameras.none(), Cameras::plus);
    List<Cameras> reversed = new ArrayList<>(parts);
    java.util.Collections.reverse(reversed);
    assertThat(reversed.stream().reduce(Cameras.none(), Cameras::plus)).isEqualTo(forward);
    assertThat(forward.frames()).hasSize(33).containsEntry("others", 8L);
    assertThat(forward.frames().values().stream().mapToLong(Long::longValue).sum()).isEqualTo(50);
  }

  private static Example lacking(Example e, Set<TruthKind> lacking) {
    return new Example(
        e.frameKey(),
        e.dataset(),
        e.split(),
        e.unit(),
        e.width(),
        e.height(),
        e.fx(),
        e.fy(),
        e.cx(),
        e.cy(),
        e.color(),
        lacking.contains(TruthKind.DEPTH) ? null : e.depth(),
        lacking.contains(TruthKind.LABELS) ? null : e.labels(),
        lacking.contains(TruthKind.NORMALS) ? null : e.normals(),
        e.holeFraction(),
        e.source());
  }

  @Test
  void findsARowByItsNumberAndByItsKey() throws IOException {
    List<Example> examples = examples(5, 8, 6);
    Path file = write("a.parquet", examples);
    try (ShardReader reader = new ShardReader(file, HADOOP)) {
      assertEqual(List.of(reader.row(3).orElseThrow()), examples.subList(3, 4));
      assertEqual(
          List.of(reader.row(examples.get(4).frameKey()).orElseThrow()), examples.subList(4, 5));
      assertThat(reader.row(5)).isEmpty();
      assertThat(reader.row(-1)).isEmpty();
      assertThat(reader.row("scenenet/none")).isEmpty();
    }
  }

  @Test
  void rowGroupsHoldAboutThirtyTwoMegabytes() throws IOException {
    // Noise that zstd cannot shrink: 1.6 MB a row.
    List<Example> examples = examples(45, 600, 400);
    Path file = write("big.parquet", examples);
    try (ShardReader reader = new ShardReader(file, HADOOP)) {
      assertThat(reader.rowGroups().stream().mapToLong(Long::longValue).sum()).isEqualTo(45);
      assertThat(reader.rowGroups().size()).isBetween(2, 4);
      assertThat(reader.rowGroups().get(0)).isBetween(15L, 30L);
      int last = reader.rowGroups().size() - 1;
      Iterator<Example> rows = reader.readRowGroup(last);
      Example example = null;
      while (rows.hasNext()) {
        example = rows.next();
      }
      assertEqual(List.of(example), examples.subList(44, 45));
    }
  }

  @Test
  void theSameRowsGiveTheSameBytes() throws IOException {
    Path a = write("a.parquet", examples(10, 40, 30));
    Path b = write("b.parquet", examples(10, 40, 30));
    assertThat(Files.readAllBytes(java.nio.file.Path.of(a.toUri())))
        .isEqualTo(Files.readAllBytes(java.nio.file.Path.of(b.toUri())));
  }

  @Test
  void saysWhatIsWrongWithAFile() throws IOException {
    Path missing = new Path(folder.toUri().toString(), "none.parquet");
    assertThatThrownBy(() -> new ShardReader(missing, HADOOP))
        .isInstanceOf(InputException.class)
        .hasMessage("Cannot read shard %s: no such file".formatted(missing));
    java.nio.file.Path text = Files.writeString(folder.resolve("text"), "not a shard, but a text");
    assertThatThrownBy(() -> new ShardReader(new Path(text.toUri()), HADOOP))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("is not a Parquet file");
  }

  @Test
  void survivesDamage() throws IOException {
    List<Example> examples = examples(4, 12, 9);
    Path file = write("a.parquet", examples);
    byte[] valid = Files.readAllBytes(java.nio.file.Path.of(file.toUri()));
    int failures = 0;
    for (int seed = 0; seed < 300; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      byte[] bytes = valid.clone();
      // The footer's own length is left alone: Parquet believes it.
      bytes[random.nextInt(bytes.length - 8)] = (byte) random.nextInt(256);
      java.nio.file.Path damaged = Files.write(folder.resolve("damaged-" + seed), bytes);
      List<Example> read = new ArrayList<>();
      try (ShardReader reader = new ShardReader(new Path(damaged.toUri()), HADOOP)) {
        for (int group = 0; group < reader.rowGroups().size(); group++) {
          reader.readRowGroup(group).forEachRemaining(read::add);
        }
        assertEqual(read, examples);
      } catch (InputException e) {
        assertThat(e).hasMessageStartingWith("Cannot read ");
        failures++;
      }
    }
    assertThat(failures).isGreaterThan(150);
  }

  @Test
  void theManifestDescribesTheShards() throws IOException {
    List<Example> examples = examples(6, 40, 30);
    Path dataset = new Path(folder.toUri());
    write("train/part-00000.parquet", examples);
    SplitStatistics statistics = SplitStatistics.none(14);
    for (Example example : examples) {
      statistics = statistics.plus(SplitStatistics.of(example, 14));
    }
    ShardFile shard = ShardFile.describe(dataset, "train/part-00000.parquet", "train", HADOOP);
    assertThat(shard.rows()).isEqualTo(6);
    assertThat(shard.sha256()).hasSize(64);
    Manifest manifest =
        Manifest.of(
            METADATA,
            List.of(shard),
            Map.of("train", statistics),
            Map.of("truncated", 2L),
            Json.MAPPER.readTree("{\"prepare\": {\"dataset\": \"scenenet\"}}"),
            new TreeMap<>(Map.of("0/1", "abc")));
    manifest.write(dataset, HADOOP);
    assertThatThrownBy(() -> Manifest.open(dataset, HADOOP))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "Cannot open data set %s: it has no _SUCCESS, so it was not finished; run prepare again"
                .formatted(dataset));
    Files.writeString(folder.resolve(Manifest.SUCCESS), "");
    assertThat(Manifest.open(dataset, HADOOP)).isEqualTo(manifest);
    assertThat(manifest.files("train")).containsExactly(shard);
    assertThat(manifest.files("val")).isEmpty();
    assertThat(Files.readString(folder.resolve(Manifest.FILE_NAME))).contains("\"holeShare\"");
    Files.writeString(folder.resolve(Manifest.FILE_NAME), "{\"schemaVersion\": 1");
    Files.deleteIfExists(folder.resolve("." + Manifest.FILE_NAME + ".crc"));
    assertThatThrownBy(() -> Manifest.open(dataset, HADOOP))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("/manifest.json: Unexpected end-of-input");
    Path missing = new Path(dataset, "missing");
    assertThatThrownBy(() -> Manifest.open(missing, HADOOP))
        .isInstanceOf(InputException.class)
        .hasMessage("Cannot open data set %s: no such folder; prepare it first".formatted(missing));
  }

  @Test
  void statisticsAddUp() {
    List<Example> examples = examples(3, 10, 10);
    SplitStatistics sum = SplitStatistics.none(14);
    for (Example example : examples) {
      sum = sum.plus(SplitStatistics.of(example, 14));
    }
    assertThat(sum.frames()).isEqualTo(3);
    assertThat(sum.pixels()).isEqualTo(300);
    assertThat(sum.classHistogram().stream().mapToLong(Long::longValue).sum()).isEqualTo(300);
    assertThat(sum.minDepth()).isPositive().isLessThan(sum.maxDepth());
    assertThatThrownBy(() -> SplitStatistics.of(examples.get(0), 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot count frame test/0: it has label 3, there are 3 classes");
  }

  private static void assertEqual(List<Example> read, List<Example> written) {
    assertThat(read).hasSameSizeAs(written);
    for (int i = 0; i < read.size(); i++) {
      Example a = read.get(i);
      Example b = written.get(i);
      assertThat(a.color()).isEqualTo(b.color());
      assertThat(a.depth()).isEqualTo(b.depth());
      assertThat(a.labels()).isEqualTo(b.labels());
      assertThat(a.normals()).isEqualTo(b.normals());
      assertThat(a)
          .usingRecursiveComparison()
          .ignoringFields("color", "depth", "labels", "normals")
          .isEqualTo(b);
    }
  }

  private Path write(String name, List<Example> examples) throws IOException {
    Path file = new Path(new Path(folder.toUri()), name);
    try (ShardWriter writer = new ShardWriter(file, HADOOP, METADATA)) {
      for (Example example : examples) {
        writer.write(example);
      }
      assertThat(writer.rows()).isEqualTo(examples.size());
    }
    return file;
  }

  private static List<Example> examples(int count, int width, int height) {
    SplittableRandom random = new SplittableRandom(3);
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] color = new byte[100 + i];
      byte[] depth = new byte[2 * width * height];
      byte[] labels = new byte[width * height];
      byte[] normals = new byte[4 * width * height];
      random.nextBytes(color);
      random.nextBytes(depth);
      random.nextBytes(normals);
      for (int p = 0; p < labels.length; p++) {
        labels[p] = (byte) random.nextInt(14);
      }
      examples.add(
          new Example(
              "test/" + i,
              "scenenet",
              "train",
              "0/" + i,
              width,
              height,
              277.1f,
              289.7f,
              19.5f,
              14.5f,
              color,
              depth,
              labels,
              normals,
              i / 100f,
              "folder/" + i));
    }
    return examples;
  }
}
