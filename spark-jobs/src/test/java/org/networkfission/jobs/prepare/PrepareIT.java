package org.networkfission.jobs.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigMemorySize;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.jobs.cluster.ClusterSettings;
import org.networkfission.jobs.cluster.TestCluster;
import org.networkfission.prep.codec.NormalPacking;
import org.networkfission.prep.frame.Frame;
import org.networkfission.prep.frame.FrameReader;
import org.networkfission.prep.frame.FrameUnit;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.frame.TruthKind;
import org.networkfission.prep.list.ListSettings;
import org.networkfission.prep.normals.NormalEstimator;
import org.networkfission.prep.normals.NormalPresets;
import org.networkfission.prep.sample.SampleSettings;
import org.networkfission.prep.sample.ScanNetSample;
import org.networkfission.prep.sample.SceneNetSample;
import org.networkfission.prep.scenenet.SceneNetSource;
import org.networkfission.prep.settings.ConfigException;
import org.networkfission.prep.settings.Json;
import org.networkfission.prep.shard.Example;
import org.networkfission.prep.shard.Manifest;
import org.networkfission.prep.shard.ShardFile;
import org.networkfission.prep.shard.ShardReader;

/** Prepares sampled rooms on clusters of processes. */
class PrepareIT {
  private static final Configuration HADOOP = new Configuration();
  @TempDir static Path folder;
  private static Path raw;

  private final StringWriter told = new StringWriter();

  @BeforeAll
  static void sample() throws IOException, InterruptedException {
    raw = folder.resolve("raw");
    new SceneNetSample(new SampleSettings(5, 5, 2, 2, 4, 64, 48, 95))
        .write(new org.apache.hadoop.fs.Path(raw.toUri()), HADOOP, 2, (done, total) -> {});
  }

  private static PrepareSettings settings(Path input, Path output, double maxQuarantined) {
    return new PrepareSettings(
        PrepareSettings.Dataset.SCENENET,
        Optional.of(input.toUri().toString()),
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
        ConfigMemorySize.ofBytes(1 << 16),
        maxQuarantined);
  }

  private Manifest prepare(PrepareSettings settings, ClusterSettings cluster) throws IOException {
    return new PrepareJob(
            settings, cluster, Json.MAPPER.createObjectNode(), new PrintWriter(told, true))
        .execute();
  }

  private static List<Example> rows(Path dataset, String split) throws IOException {
    List<Example> rows = new ArrayList<>();
    org.apache.hadoop.fs.Path root = new org.apache.hadoop.fs.Path(dataset.toUri());
    for (ShardFile file : Manifest.open(root, HADOOP).files(split)) {
      try (ShardReader reader =
          new ShardReader(new org.apache.hadoop.fs.Path(root, file.path()), HADOOP)) {
        for (int group = 0; group < reader.rowGroups().size(); group++) {
          reader.readRowGroup(group).forEachRemaining(rows::add);
        }
      }
    }
    return rows;
  }

  private static Path copyOfRaw(String name) throws IOException {
    Path copy = folder.resolve(name);
    try (var files = Files.walk(raw)) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(raw.relativize(file).toString()));
      }
    }
    return copy;
  }

  @Test
  void everyFrameBecomesARowWithItsDepthLabelsAndNormals() throws Exception {
    Path output = folder.resolve("rooms");

    Manifest manifest = prepare(settings(raw, output, 0), TestCluster.of(2));

    assertThat(manifest.splits().get("train").frames()).isEqualTo(20);
    assertThat(manifest.splits().get("val").frames()).isEqualTo(8);
    assertThat(manifest.splits().get("train").normalCoverage()).isGreaterThan(0.95);
    assertThat(manifest.quarantined()).isEmpty();
    assertThat(output.resolve("_SUCCESS")).exists();
    assertThat(output.resolve("_temporary")).doesNotExist();
    assertThat(output.resolve("quarantine")).isNotEmptyDirectory();
    SceneNetSource source = new SceneNetSource(raw.toUri().toString(), List.of("train"), 1);
    NormalEstimator estimator = new NormalEstimator(NormalPresets.named("scenenet"));
    List<Example> rows = rows(output, "train");
    int compared = 0;
    for (FrameUnit unit : source.units(HADOOP)) {
      try (FrameReader reader = source.open(unit, HADOOP)) {
        while (reader.next()) {
          Frame frame = reader.read();
          Example row =
              rows.stream().filter(r -> r.frameKey().equals(frame.key())).findFirst().orElseThrow();
          assertThat(row.color()).isEqualTo(frame.encodedColor());
          assertThat(row.normals())
              .isEqualTo(
                  NormalPacking.pack(
                      estimator.estimate(frame.depth(), frame.labels(), frame.intrinsics())));
          for (int i = 0; i < row.labels().length; i++) {
            assertThat(row.labels()[i]).isEqualTo((byte) frame.labels().ids()[i]);
            int millimetres = (row.depth()[2 * i] & 0xff) | (row.depth()[2 * i + 1] & 0xff) << 8;
            assertThat(millimetres).isEqualTo(Math.round(frame.depth().millimetres()[i]));
          }
          compared++;
        }
      }
    }
    assertThat(compared).isEqualTo(20).isEqualTo(rows.size());
    List<String> keys = rows.stream().map(Example::frameKey).toList();
    assertThat(keys).as("shuffled").isNotEqualTo(keys.stream().sorted().toList());
    assertThat(new HashSet<>(keys)).hasSameSizeAs(keys);
  }

  @Test
  void neitherTheClustersSizeNorTheInputsPlaceChangesAByteAndASecondRunDoesNothing()
      throws IOException {
    Path one = folder.resolve("by-one");
    Path three = folder.resolve("by-three");

    Manifest byOne = prepare(settings(raw, one, 0), TestCluster.of(1));
    Manifest byThree = prepare(settings(copyOfRaw("elsewhere"), three, 0), TestCluster.of(3));
    Map<Path, Object> before = contents(one);
    Manifest again = prepare(settings(raw, one, 0), TestCluster.of(1));

    for (String split : List.of("train", "val")) {
      assertThat(rows(three, split)).usingRecursiveComparison().isEqualTo(rows(one, split));
    }
    // Also the digests: of other executors, and of the same input elsewhere.
    assertThat(byThree.files()).isEqualTo(byOne.files());
    assertThat(again.files()).isEqualTo(byOne.files());
    assertThat(told.toString()).contains("is done already, nothing to do");
    assertThat(contents(one)).isEqualTo(before);
    assertThatThrownBy(
            () ->
                prepare(
                    new PrepareSettings(
                        PrepareSettings.Dataset.SCENENET,
                        Optional.of(raw.toUri().toString()),
                        Optional.of(one.toUri().toString()),
                        List.of("train"),
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
                        ConfigMemorySize.ofBytes(1 << 16),
                        0),
                    TestCluster.of(1)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("prepare.output = ")
        .hasMessageContaining("it holds a dataset of another input or configuration");
  }

  private static Map<Path, Object> contents(Path dataset) throws IOException {
    Map<Path, Object> contents = new java.util.HashMap<>();
    try (var files = Files.walk(dataset)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        contents.put(file, List.of(Files.getLastModifiedTime(file), Files.size(file)));
      }
    }
    return contents;
  }

  @Test
  void preparesScanNetInAnotherSize() throws Exception {
    Path scans = folder.resolve("scannet");
    new ScanNetSample(new SampleSettings(5, 2, 1, 1, 2, 80, 60, 95))
        .write(new org.apache.hadoop.fs.Path(scans.toUri()), HADOOP, 2, (done, total) -> {});
    Path output = folder.resolve("scannet-prepared");
    PrepareSettings settings =
        new PrepareSettings(
            PrepareSettings.Dataset.SCANNET,
            Optional.of(scans.toUri().toString()),
            Optional.of(output.toUri().toString()),
            List.of("train", "val"),
            1,
            1000,
            Optional.of("96x48"),
            16L << 20,
            new PrepareSettings.NyuDv2Settings(true, false),
            new PrepareSettings.ScanNetSettings(0.25),
            ListSettings.named("list"),
            List.of(TruthKind.values()),
            Optional.empty(),
            "scannet20-paper",
            NormalPresets.named("scannet"),
            1,
            ConfigMemorySize.ofBytes(1 << 20),
            ConfigMemorySize.ofBytes(1 << 16),
            0);

    Manifest manifest = prepare(settings, TestCluster.of(1));

    assertThat(manifest.classNames()).hasSize(21);
    assertThat(rows(output, "train"))
        .extracting(Example::width, Example::height)
        .containsOnly(org.assertj.core.groups.Tuple.tuple(96, 48))
        .hasSize(4);
    assertThat(rows(output, "val")).hasSize(2);
  }

  @Test
  void tooManyBadFramesFailTheJobAndAMendedInputGoesOn() throws IOException {
    Path damaged = copyOfRaw("damaged");
    Path output = folder.resolve("mended");
    Path photo;
    try (var files = Files.walk(damaged)) {
      photo =
          files
              .filter(f -> f.endsWith(Path.of("photo", "0.jpg")))
              .sorted()
              .findFirst()
              .orElseThrow();
    }
    Files.deleteIfExists(photo.resolveSibling(".0.jpg.crc")); // Hadoop's local checksum
    byte[] good = Files.readAllBytes(photo);
    Files.write(photo, Arrays.copyOf(good, good.length / 2));

    assertThatThrownBy(() -> prepare(settings(damaged, output, 0.01), TestCluster.of(1)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("1 of 28 frames cannot be used")
        .hasMessageContaining("prepare.max-quarantined-fraction = 0.01")
        .hasMessageContaining("By reason: truncated 1");
    assertThat(output.resolve("_SUCCESS")).doesNotExist();
    assertThatThrownBy(() -> Manifest.open(new org.apache.hadoop.fs.Path(output.toUri()), HADOOP))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("has no _SUCCESS");

    Manifest tolerated = prepare(settings(damaged, output, 0.1), TestCluster.of(1));
    assertThat(tolerated.quarantined()).isEqualTo(Map.of("truncated", 1L));

    Files.write(photo, good);
    Path whole = folder.resolve("whole");
    Manifest mended = prepare(settings(damaged, whole, 0.01), TestCluster.of(1));
    assertThat(mended.splits().values().stream().mapToLong(s -> s.frames()).sum()).isEqualTo(28);
  }

  @Test
  void anEmptySplitIsNamed() throws IOException {
    Path empty = copyOfRaw("empty-split");
    Files.write(empty.resolve("scenenet_rgbd_val.pb"), new byte[0]);
    Files.deleteIfExists(empty.resolve(".scenenet_rgbd_val.pb.crc"));

    assertThatThrownBy(() -> prepare(settings(empty, folder.resolve("y"), 0), TestCluster.of(1)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("it has nothing for the split val");
    assertThat(folder.resolve("y")).doesNotExist();
  }

  @Test
  void aMissingArchiveIsNamedBeforeSparkStarts() {
    Path nothing = folder.resolve("nothing");

    assertThatThrownBy(() -> prepare(settings(nothing, folder.resolve("x"), 0), TestCluster.of(1)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("nothing")
        .hasMessageContaining("no such folder");
    assertThat(folder.resolve("x")).doesNotExist();
  }
}
