package org.networkfission.jobs.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.prep.codec.Png16;
import org.networkfission.prep.codec.PngImage;
import org.networkfission.prep.frame.Frame;
import org.networkfission.prep.frame.FrameReader;
import org.networkfission.prep.frame.FrameSource;
import org.networkfission.prep.frame.FrameUnit;
import org.networkfission.prep.frame.PixelLimit;
import org.networkfission.prep.frame.TruthKind;
import org.networkfission.prep.labels.ClassMap;
import org.networkfission.prep.labels.ClassMaps;
import org.networkfission.prep.list.ListSettings;
import org.networkfission.prep.list.ListSource;
import org.networkfission.prep.normals.NormalPresets;
import org.networkfission.prep.sample.SampleSettings;
import org.networkfission.prep.sample.SceneNetSample;
import org.networkfission.prep.scenenet.SceneNetSource;
import org.networkfission.prep.shard.Example;
import org.networkfission.prep.shard.ShardMetadata;
import org.networkfission.prep.shard.ShardReader;

/** Sampled rooms, once read as SceneNet RGB-D and once as a list of frames. */
class ListRowsTest {
  private static final Configuration HADOOP = new Configuration();
  private static final List<String> SPLITS = List.of("train", "val");
  private static final ClassMap CLASSES = ClassMaps.named("nyu13");

  @TempDir static Path folder;
  private static SceneNetSource scenenet;
  private static ListSource list;

  @BeforeAll
  static void sample() throws Exception {
    Path root = folder.resolve("raw");
    new SceneNetSample(new SampleSettings(7, 2, 1, 1, 3, 96, 72, 90))
        .write(new org.apache.hadoop.fs.Path(root.toUri()), HADOOP, 2, (i, n) -> {});
    scenenet = new SceneNetSource(root.toUri().toString(), SPLITS, 1);
    StringBuilder csv =
        new StringBuilder("key,split,unit,color,depth,labels,depth_kind,fx,fy,cx,cy\n");
    for (FrameUnit unit : scenenet.units(HADOOP)) {
      try (FrameReader reader = scenenet.open(unit, HADOOP)) {
        while (reader.next()) {
          Frame frame = reader.read();
          String number = frame.key().substring(frame.key().lastIndexOf('/') + 1);
          Path labels = root.resolve("%s/labels/%s.png".formatted(unit.name(), number));
          Files.createDirectories(labels.getParent());
          Files.write(
              labels,
              Png16.write(
                  new PngImage(frame.width(), frame.height(), 1, 8, frame.labels().ids().clone())));
          csv.append(
              "%s,%s,%s,%s/photo/%s.jpg,%s/depth/%s.png,%s/labels/%s.png,ray,%s,%s,%s,%s%n"
                  .formatted(
                      frame.key(),
                      unit.split(),
                      unit.name(),
                      unit.name(),
                      number,
                      unit.name(),
                      number,
                      unit.name(),
                      number,
                      frame.intrinsics().fx(),
                      frame.intrinsics().fy(),
                      frame.intrinsics().cx(),
                      frame.intrinsics().cy()));
        }
      }
    }
    Path file = Files.writeString(root.resolve("frames.csv"), csv);
    list = ListSource.of(file.toUri().toString(), SPLITS, 1, ListSettings.named("scenenet"));
  }

  @Test
  void givesTheRowsOfTheSceneNetReaderToTheByte() throws Exception {
    ShardMetadata metadata = ShardMetadata.of("scenenet", CLASSES, Map.of(), "test");
    Map<String, Example> expected = rows(scenenet, metadata, TruthKind.all());
    Map<String, Example> rows = rows(list, metadata.withOptionalTruth(), TruthKind.all());

    assertThat(rows).hasSize(9).containsOnlyKeys(expected.keySet());
    expected.forEach(
        (key, row) -> {
          Example other = rows.get(key);
          assertThat(other)
              .usingRecursiveComparison()
              .ignoringFields("source") // The list's line in place of the photo's path.
              .isEqualTo(row);
          assertThat(other.source()).matches("frames.csv line [0-9]+");
        });
  }

  @Test
  void rowsHoldWhatIsAskedFor() throws Exception {
    ShardMetadata metadata =
        ShardMetadata.of("scenenet", CLASSES, Map.of(), "test").withOptionalTruth();
    Map<String, Example> all = rows(scenenet, metadata, TruthKind.all());
    Map<String, Example> some =
        rows(scenenet, metadata, EnumSet.of(TruthKind.LABELS, TruthKind.NORMALS));

    some.forEach(
        (key, row) -> {
          assertThat(row.depth()).isNull();
          assertThat(row.labels()).isEqualTo(all.get(key).labels());
          assertThat(row.normals()).isEqualTo(all.get(key).normals());
        });
    assertThat(some).hasSize(9);
  }

  private static Map<String, Example> rows(
      FrameSource source, ShardMetadata metadata, Set<TruthKind> truth) throws IOException {
    WorkFolder work =
        WorkFolder.first(Files.createTempDirectory(folder, "work").toUri().toString());
    UnitTask task =
        new UnitTask(
            source,
            CLASSES,
            NormalPresets.named("scenenet"),
            truth,
            null,
            PixelLimit.LARGEST,
            metadata,
            work);
    Map<String, Example> rows = new TreeMap<>();
    for (FrameUnit unit : source.units(HADOOP)) {
      UnitSummary summary = task.prepare(unit, HADOOP, frame -> {});
      assertThat(summary.rejected()).isEmpty();
      try (ShardReader reader = new ShardReader(work.rows(summary.file()), HADOOP)) {
        List<Example> read = new ArrayList<>();
        for (int group = 0; group < reader.rowGroups().size(); group++) {
          reader.readRowGroup(group).forEachRemaining(read::add);
        }
        read.forEach(row -> rows.put(row.frameKey(), row));
      }
    }
    return rows;
  }
}
