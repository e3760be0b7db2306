package org.networkfission.jobs.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigMemorySize;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.jobs.prepare.PrepareSettings.Dataset;
import org.networkfission.jobs.prepare.UnitSummary.Rejected;
import org.networkfission.prep.frame.FrameSource;
import org.networkfission.prep.frame.FrameUnit;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.frame.PixelLimit;
import org.networkfission.prep.frame.TruthKind;
import org.networkfission.prep.labels.ClassMap;
import org.networkfission.prep.labels.ClassMaps;
import org.networkfission.prep.list.ListSettings;
import org.networkfission.prep.normals.NormalPresets;
import org.networkfission.prep.sample.SampleSettings;
import org.networkfission.prep.sample.SceneNetSample;
import org.networkfission.prep.shard.Example;
import org.networkfission.prep.shard.ShardMetadata;
import org.networkfission.prep.shard.ShardReader;

/** What may be left out of a data set, and what becomes of a unit that is refused at its end. */
class QuarantineLimitTest {
  private static final Configuration HADOOP = new Configuration();

  @TempDir Path folder;

  private static PrepareSettings settings(Dataset dataset, String input, double bad, double lost) {
    return new PrepareSettings(
        dataset,
        Optional.of(input),
        Optional.of("out"),
        List.of("train"),
        1,
        1000,
        Optional.empty(),
        50_000_000,
        new PrepareSettings.NyuDv2Settings(true, false),
        new PrepareSettings.ScanNetSettings(lost),
        ListSettings.named("list"),
        List.of(TruthKind.values()),
        Optional.empty(),
        "nyu13",
        NormalPresets.named("scenenet"),
        1,
        ConfigMemorySize.ofBytes(384 << 20),
        ConfigMemorySize.ofBytes(32 << 20),
        bad);
  }

  private static List<UnitSummary> summaries(long rows, String... reasons) {
    List<Rejected> rejected = new ArrayList<>();
    for (String reason : reasons) {
      rejected.add(new Rejected("k", "s", reason, "a frame is " + reason, 1));
    }
    return List.of(new UnitSummary("u", "train", rows, 1, rejected, PhaseTimes.NONE, ""));
  }

  private static void check(Dataset dataset, double bad, double lost, List<UnitSummary> units) {
    new QuarantineLimit(settings(dataset, "in", bad, lost), "in").check(units);
  }

  @Test
  void lostTrackingOfScanNetHasItsOwnLimit() {
    List<UnitSummary> units = summaries(38, "bad_pose", "bad_pose");
    assertThatCode(() -> check(Dataset.SCANNET, 0.01, 0.05, units)).doesNotThrowAnyException();
    assertThatThrownBy(() -> check(Dataset.SCANNET, 0.01, 0.04, units))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(
            "2 of 40 frames have lost their tracking, more than"
                + " prepare.scannet.max-lost-tracking-fraction = 0.04 allows")
        .hasMessageContaining("a frame is bad_pose");
    assertThatThrownBy(() -> check(Dataset.SCENENET, 0.01, 1, units))
        .as("rendered views always have a camera")
        .isInstanceOf(InputException.class)
        .hasMessageContaining("2 of 40 frames cannot be used");
    assertThatThrownBy(
            () -> check(Dataset.SCANNET, 0.01, 1, summaries(38, "bad_pose", "decode_error")))
        .hasMessageContaining("1 of 40 frames cannot be used")
        .hasMessageContaining("a frame is decode_error");
  }

  @Test
  void duplicatesAreNoDamage() {
    assertThatCode(() -> check(Dataset.SCENENET, 0, 0, summaries(3, "duplicate")))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> check(Dataset.SCENENET, 0, 0, summaries(0, "duplicate")))
        .hasMessageContaining("no frame of the split train can be used");
  }

  /** The checksum at the end of an archive takes back the rows that were written before it. */
  @Test
  void aUnitThatIsRefusedAtItsEndHasNoRows() throws Exception {
    new SceneNetSample(new SampleSettings(3, 1, 1, 1, 3, 32, 24, 90))
        .write(
            new org.apache.hadoop.fs.Path("file:" + folder.resolve("raw")),
            HADOOP,
            1,
            (i, n) -> {});
    Path packed = Files.createDirectories(folder.resolve("packed"));
    Files.copy(
        folder.resolve("raw/scenenet_rgbd_train_0.pb"), packed.resolve("scenenet_rgbd_train_0.pb"));
    byte[] archive = archive(folder.resolve("raw/train"));
    Path file = packed.resolve("train_0.tar.gz");
    Files.write(file, archive);
    assertThat(prepare(packed, "good").rows()).isEqualTo(3);
    archive[archive.length - 1] ^= 1;
    Files.write(file, archive);
    UnitSummary refused = prepare(packed, "bad");
    assertThat(refused.rows()).isZero();
    assertThat(refused.rejected())
        .containsExactly(
            new Rejected(
                "train_0.tar.gz/*",
                "scenenet_rgbd_train_0.pb",
                "decode_error",
                refused.rejected().get(0).message(),
                3));
  }

  private UnitSummary prepare(Path input, String output) throws Exception {
    PrepareSettings settings = settings(Dataset.SCENENET, "file:" + input, 0, 0);
    FrameSource source = Sources.of(settings);
    ClassMap classes = ClassMaps.named("nyu13", Dataset.SCENENET.labels());
    ShardMetadata metadata = ShardMetadata.of("scenenet", classes, Map.of(), "1");
    WorkFolder work = WorkFolder.first("file:" + folder.resolve(output));
    UnitTask task =
        new UnitTask(
            source,
            classes,
            settings.normals(),
            TruthKind.all(),
            null,
            PixelLimit.LARGEST,
            metadata,
            work);
    FrameUnit unit = source.units(HADOOP).get(0);
    UnitSummary summary = task.prepare(unit, HADOOP, n -> {});
    try (ShardReader reader = new ShardReader(work.rows(summary.file()), HADOOP)) {
      assertThat(reader.rowGroups().stream().mapToLong(Long::longValue).sum())
          .isEqualTo(summary.rows());
    }
    return summary;
  }

  /** Rows of one key come one after the other; the second one ends the job. */
  @Test
  void aKeyIsOneRowOfAShard() throws Exception {
    new SceneNetSample(new SampleSettings(3, 1, 1, 1, 1, 32, 24, 90))
        .write(
            new org.apache.hadoop.fs.Path("file:" + folder.resolve("raw")),
            HADOOP,
            1,
            (i, n) -> {});
    UnitSummary prepared = prepare(folder.resolve("raw"), "rows");
    WorkFolder work = WorkFolder.first("file:" + folder.resolve("rows"));
    ClassMap classes = ClassMaps.named("nyu13", Dataset.SCENENET.labels());
    ShardMetadata metadata = ShardMetadata.of("scenenet", classes, Map.of(), "1");
    try (ShardReader reader = new ShardReader(work.rows(prepared.file()), HADOOP)) {
      Example row = reader.row(0).orElseThrow();
      ShardTask task = new ShardTask(metadata, work, 1 << 20);
      assertThatThrownBy(
              () -> task.write(new ShardName("train", 0), List.of(row, row).iterator(), "", HADOOP))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("Cannot prepare the frame scenenet/train/0/0/0: it is there twice")
          .hasMessageContaining("train/0/0/photo/0.jpg of the unit train/0/0");
    }
  }

  private static byte[] archive(Path train) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes);
        Stream<Path> all = Files.walk(train)) {
      for (Path file : all.filter(Files::isRegularFile).sorted().toList()) {
        byte[] contents = Files.readAllBytes(file);
        byte[] header = new byte[512];
        byte[] name = train.relativize(file).toString().getBytes(StandardCharsets.UTF_8);
        System.arraycopy(name, 0, header, 0, name.length);
        byte[] size = "%011o".formatted(contents.length).getBytes(StandardCharsets.UTF_8);
        System.arraycopy(size, 0, header, 124, size.length);
        header[156] = '0';
        out.write(header);
        out.write(contents);
        out.write(new byte[(512 - contents.length % 512) % 512]);
      }
      out.write(new byte[1024]);
    }
    return bytes.toByteArray();
  }
}
