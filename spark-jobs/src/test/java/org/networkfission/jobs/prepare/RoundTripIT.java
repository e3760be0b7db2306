package org.networkfission.jobs.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.typesafe.config.ConfigMemorySize;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.networkfission.jobs.cluster.Cluster;
import org.networkfission.jobs.cluster.ClusterSession;
import org.networkfission.jobs.cluster.TestCluster;
import org.networkfission.jobs.cluster.TestHdfs;
import org.networkfission.jobs.prepare.PrepareSettings.Dataset;
import org.networkfission.prep.frame.Frame;
import org.networkfission.prep.frame.FrameReader;
import org.networkfission.prep.frame.FrameUnit;
import org.networkfission.prep.frame.LabeledImage;
import org.networkfission.prep.frame.NormalMap;
import org.networkfission.prep.frame.TruthKind;
import org.networkfission.prep.labels.ClassMap;
import org.networkfission.prep.labels.ClassMaps;
import org.networkfission.prep.list.ListSettings;
import org.networkfission.prep.normals.NormalEstimator;
import org.networkfission.prep.normals.NormalPresets;
import org.networkfission.prep.sample.NyuDv2Sample;
import org.networkfission.prep.sample.SampleSettings;
import org.networkfission.prep.sample.ScanNetSample;
import org.networkfission.prep.sample.SceneNetSample;
import org.networkfission.prep.scannet.ScanNetSource;
import org.networkfission.prep.settings.Json;
import org.networkfission.prep.shard.Example;
import org.networkfission.prep.shard.ExampleCodec;
import org.networkfission.prep.shard.Manifest;
import org.networkfission.prep.shard.ShardFile;
import org.networkfission.prep.shard.ShardReader;

/**
 * Each format, on local files and on HDFS: what {@code sample} wrote, {@code prepare} read on
 * executors and wrote as shards is what stands in the source.
 */
class RoundTripIT {
  private static final Configuration HADOOP = new Configuration();

  /** The coding of normals is off by less than this, in radians. */
  private static final double CODING_ERROR = 1e-4;

  @TempDir static Path disk;
  private static TestHdfs hdfs;
  private static ClusterSession cluster;

  @BeforeAll
  static void start() throws IOException {
    hdfs = TestHdfs.start(disk.resolve("hdfs"));
    cluster = Cluster.start(TestCluster.of(2), "prepare", "round trips");
  }

  @AfterAll
  static void stop() {
    cluster.close();
    hdfs.close();
  }

  private static org.apache.hadoop.fs.Path path(String fileSystem, String name) {
    return fileSystem.equals("hdfs")
        ? hdfs.path("/" + name)
        : new org.apache.hadoop.fs.Path(disk.resolve(name).toUri());
  }

  /** Blocks of 64 KiB: the streams and archives lie in many of them. */
  private static void sample(Dataset dataset, org.apache.hadoop.fs.Path root) throws Exception {
    Configuration smallBlocks = new Configuration();
    smallBlocks.setLong("dfs.blocksize", 1 << 16);
    SampleSettings rooms = new SampleSettings(5, 3, 2, 1, 3, 160, 120, 95);
    switch (dataset) {
      case SCENENET -> new SceneNetSample(rooms).write(root, smallBlocks, 2, (i, n) -> {});
      case SCANNET -> new ScanNetSample(rooms).write(root, smallBlocks, 2, (i, n) -> {});
      case NYUDV2 -> new NyuDv2Sample(rooms).write(root, smallBlocks, 2, (i, n) -> {});
      case LIST -> throw new IllegalArgumentException("a list has no sample of its own");
    }
  }

  private static PrepareSettings settings(
      Dataset dataset, org.apache.hadoop.fs.Path raw, org.apache.hadoop.fs.Path output) {
    boolean nyu = dataset == Dataset.NYUDV2;
    return new PrepareSettings(
        dataset,
        Optional.of(
            (nyu ? new org.apache.hadoop.fs.Path(raw, NyuDv2Sample.FILE_NAME) : raw).toString()),
        Optional.of(output.toString()),
        nyu ? List.of("train", "test") : List.of("train", "val"),
        1,
        1000,
        Optional.empty(),
        16L << 20,
        new PrepareSettings.NyuDv2Settings(true, false),
        new PrepareSettings.ScanNetSettings(0.25),
        ListSettings.named("list"),
        List.of(TruthKind.values()),
        Optional.empty(),
        dataset == Dataset.SCANNET ? "scannet20-paper" : "nyu13",
        NormalPresets.named(dataset.id()),
        1,
        ConfigMemorySize.ofBytes(1 << 20),
        ConfigMemorySize.ofBytes(1 << 18),
        0);
  }

  @ParameterizedTest
  @CsvSource({
    "SCENENET, file",
    "SCENENET, hdfs",
    "SCANNET, file",
    "SCANNET, hdfs",
    "NYUDV2, file",
    "NYUDV2, hdfs"
  })
  void theShardsHoldWhatTheSourceHolds(Dataset dataset, String fileSystem) throws Exception {
    org.apache.hadoop.fs.Path raw = path(fileSystem, dataset.id());
    org.apache.hadoop.fs.Path output = path(fileSystem, dataset.id() + "-prepared");
    sample(dataset, raw);
    PrepareSettings settings = settings(dataset, raw, output);

    Manifest manifest =
        new PrepareJob(
                settings,
                TestCluster.of(2),
                Json.MAPPER.createObjectNode(),
                new PrintWriter(new StringWriter()))
            .execute();

    assertThat(manifest.quarantined()).isEmpty();
    Map<String, Example> rows = rows(output, manifest);
    ClassMap classes = ClassMaps.named(settings.classMap(), dataset.labels());
    NormalEstimator estimator = new NormalEstimator(settings.normals());
    int compared = 0;
    for (FrameUnit unit : Sources.of(settings).units(HADOOP)) {
      try (FrameReader reader = Sources.of(settings).open(unit, HADOOP)) {
        while (reader.next()) {
          Frame frame = reader.read();
          Example row = rows.get(frame.key());
          assertThat(row.split()).isEqualTo(unit.split());
          assertSame(
              row,
              frame,
              classes,
              estimator.estimate(frame.depth(), frame.labels(), frame.intrinsics()));
          compared++;
        }
      }
    }
    assertThat(compared).isEqualTo(15).isEqualTo(rows.size());
    assertThat(
            FileSystem.get(output.toUri(), HADOOP)
                .exists(new org.apache.hadoop.fs.Path(output, "_temporary")))
        .isFalse();
  }

  private static void assertSame(Example row, Frame frame, ClassMap classes, NormalMap normals)
      throws Exception {
    LabeledImage image = ExampleCodec.decode(row);
    float[] z = frame.depth().millimetres();
    assertThat(image.width()).isEqualTo(160);
    float[] whole = new float[z.length];
    for (int i = 0; i < z.length; i++) {
      whole[i] = Math.round(z[i]);
    }
    assertThat(image.depth().millimetres()).isEqualTo(whole);
    assertThat(row.labels()).isEqualTo(classes.apply(frame.labels()));
    assertThat(image.intrinsics().fx()).isCloseTo(frame.intrinsics().fx(), within(1e-4));
    double worst = 0;
    for (int i = 0; i < 3 * z.length; i += 3) {
      double difference = 0;
      for (int c = i; c < i + 3; c++) {
        double d = image.normals().xyz()[c] - normals.xyz()[c];
        difference += d * d;
      }
      worst = Math.max(worst, Math.sqrt(difference));
    }
    assertThat(worst).as("error of normals").isLessThan(CODING_ERROR);
  }

  private static Map<String, Example> rows(org.apache.hadoop.fs.Path dataset, Manifest manifest)
      throws IOException {
    Map<String, Example> rows = new HashMap<>();
    for (ShardFile file : manifest.files()) {
      try (ShardReader reader =
          new ShardReader(new org.apache.hadoop.fs.Path(dataset, file.path()), HADOOP)) {
        for (int group = 0; group < reader.rowGroups().size(); group++) {
          reader
              .readRowGroup(group)
              .forEachRemaining(row -> assertThat(rows.put(row.frameKey(), row)).isNull());
        }
      }
    }
    return rows;
  }

  /** Skipped frames of a stream are passed over, not read. */
  @Test
  void aStreamOnHdfsIsReadBySeeking() throws Exception {
    org.apache.hadoop.fs.Path raw = hdfs.path("/seek");
    new ScanNetSample(new SampleSettings(6, 1, 0, 1, 12, 160, 120, 95))
        .write(raw, HADOOP, 2, (i, n) -> {});
    long size =
        hdfs.files()
            .getFileStatus(
                new org.apache.hadoop.fs.Path(raw, "scans/scene0000_00/scene0000_00.sens"))
            .getLen();
    long before = FileSystem.getGlobalStorageStatistics().get("hdfs").getLong("bytesRead");
    ScanNetSource source = new ScanNetSource(raw.toString(), List.of("train"), 6);
    int frames = 0;
    for (FrameUnit unit : source.units(HADOOP)) {
      try (FrameReader reader = source.open(unit, HADOOP)) {
        while (reader.next()) {
          assertThat(reader.key()).isEqualTo("scannet/scene0000_00/%06d", 6 * frames);
          assertThat(reader.read().width()).isEqualTo(160);
          frames++;
        }
      }
    }
    long read = FileSystem.getGlobalStorageStatistics().get("hdfs").getLong("bytesRead") - before;

    assertThat(frames).isEqualTo(2);
    assertThat(read).as("bytes read of %d", size).isLessThan(size / 2);
  }
}
