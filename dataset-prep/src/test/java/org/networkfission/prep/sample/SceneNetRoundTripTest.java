package org.networkfission.prep.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.prep.codec.Jpeg;
import org.networkfission.prep.frame.Frame;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.FrameReader;
import org.networkfission.prep.frame.FrameUnit;
import org.networkfission.prep.frame.LabeledImage;
import org.networkfission.prep.frame.NormalMap;
import org.networkfission.prep.labels.ClassMap;
import org.networkfission.prep.labels.ClassMaps;
import org.networkfission.prep.labels.WordNet;
import org.networkfission.prep.sample.format.NormalsPng;
import org.networkfission.prep.sample.render.Camera;
import org.networkfission.prep.sample.render.Picture;
import org.networkfission.prep.scenenet.SceneNetSource;
import org.networkfission.prep.shard.Example;
import org.networkfission.prep.shard.ExampleCodec;
import org.networkfission.prep.shard.ShardMetadata;
import org.networkfission.prep.shard.ShardReader;
import org.networkfission.prep.shard.ShardWriter;

/** What was rendered, written, read, packed into shards and unpacked is what was rendered. */
class SceneNetRoundTripTest {
  private static final Configuration HADOOP = new Configuration();
  private static final SampleSettings SETTINGS = new SampleSettings(11, 5, 2, 2, 2, 96, 72, 90);

  @TempDir static Path folder;
  private static SceneNetSource source;

  @BeforeAll
  static void write() throws Exception {
    Path root = folder.resolve("scenenet");
    new SceneNetSample(SETTINGS)
        .write(new org.apache.hadoop.fs.Path(root.toUri()), HADOOP, 2, (i, n) -> {});
    source = new SceneNetSource(root.toUri().toString(), List.of("train", "val"), 1);
  }

  @Test
  void theReaderGivesBackWhatWasRendered() throws IOException, FrameException {
    List<FrameUnit> units = source.units(HADOOP);
    assertThat(units)
        .extracting(FrameUnit::name)
        .containsExactlyInAnyOrder(
            "train/0/0", "train/0/2", "train/0/4", "train/1/1", "train/1/3", "val/0/0", "val/0/1");
    for (FrameUnit unit : units) {
      boolean train = unit.split().equals("train");
      int index = Integer.parseInt(unit.name().substring(unit.name().lastIndexOf('/') + 1));
      Scene scene = Scene.of(SETTINGS.seed(), index, train, SETTINGS.views());
      Iterator<View> views = scene.views().iterator();
      try (FrameReader reader = source.open(unit, HADOOP)) {
        while (reader.next()) {
          View view = views.next();
          assertThat(reader.key()).isEqualTo("scenenet/%s/%d", unit.name(), view.frame());
          assertSame(reader.read(), scene, view, unit);
        }
      }
      assertThat(views.hasNext()).isFalse();
    }
  }

  private static void assertSame(Frame frame, Scene scene, View view, FrameUnit unit)
      throws IOException, FrameException {
    int width = SETTINGS.width();
    int height = SETTINGS.height();
    Picture truth = scene.render(view, width, height, Camera.intrinsics(width, height));
    assertThat(frame.encodedColor()).isEqualTo(Jpeg.encode(truth.photo(), 90));
    NormalMap normals =
        NormalsPng.read(
            Files.readAllBytes(
                folder.resolve("scenenet/%s/normals/%d.png".formatted(unit.name(), view.frame()))),
            "normals");
    Map<Integer, Integer> classes = new HashMap<>(Map.of(0, 0));
    scene
        .room()
        .things()
        .forEach(t -> classes.put(t.id(), WordNet.nyu13(t.wordnetId()).orElseThrow()));
    for (int v = 0; v < height; v++) {
      for (int u = 0; u < width; u++) {
        int i = v * width + u;
        double x = (u - frame.intrinsics().cx()) / frame.intrinsics().fx();
        double y = (v - frame.intrinsics().cy()) / frame.intrinsics().fy();
        double ray = Math.sqrt(x * x + y * y + 1);
        double error = frame.depth().millimetres()[i] * ray - 1000 * truth.rayLength()[i];
        assertThat(Math.abs(error)).as("ray length at %d, %d", u, v).isLessThan(0.501);
        assertThat(frame.labels().at(u, v)).isEqualTo(classes.get(truth.things().at(u, v)));
        for (int c = 3 * i; c < 3 * i + 3; c++) {
          assertThat(Math.abs(normals.xyz()[c] - truth.normals().xyz()[c])).isLessThan(2e-5f);
        }
      }
    }
  }

  @Test
  void shardsGiveBackTheFrames() throws IOException, FrameException {
    ClassMap nyu13 = ClassMaps.named("nyu13");
    org.apache.hadoop.fs.Path file =
        new org.apache.hadoop.fs.Path(folder.resolve("part.parquet").toUri());
    List<Frame> frames = frames();
    List<NormalMap> normals = new ArrayList<>();
    try (ShardWriter writer =
        new ShardWriter(file, HADOOP, ShardMetadata.of("scenenet", nyu13, Map.of(), "0"))) {
      for (Frame frame : frames) {
        String number = frame.key().substring(frame.key().lastIndexOf('/') + 1);
        Path png = folder.resolve("scenenet/%s/normals/%s.png".formatted(frame.unit(), number));
        normals.add(NormalsPng.read(Files.readAllBytes(png), "normals"));
        writer.write(ExampleCodec.encode(frame, nyu13, normals.get(normals.size() - 1)));
      }
    }
    try (ShardReader reader = new ShardReader(file, HADOOP)) {
      Iterator<Example> rows = reader.readRowGroup(0);
      for (int f = 0; f < frames.size(); f++) {
        Example row = rows.next();
        LabeledImage image = ExampleCodec.decode(row);
        Frame frame = frames.get(f);
        assertThat(row.frameKey()).isEqualTo(frame.key());
        assertThat(row.color()).as("the published bytes").isEqualTo(frame.encodedColor());
        assertThat(image.labels().ids()).isEqualTo(frame.labels().ids());
        float[] z = frame.depth().millimetres();
        float[] xyz = normals.get(f).xyz();
        for (int i = 0; i < z.length; i++) {
          assertThat(image.depth().millimetres()[i]).isEqualTo(Math.round(z[i]));
          for (int c = 3 * i; c < 3 * i + 3; c++) {
            assertThat(Math.abs(image.normals().xyz()[c] - xyz[c])).isLessThan(1e-4f);
          }
        }
      }
      assertThat(rows.hasNext()).isFalse();
    }
  }

  /** A sample would be of little use if a class never stood in it. */
  @Test
  void everyClassStandsInAFewRooms() {
    Set<Integer> classes = new TreeSet<>();
    for (int i = 0; i < 10; i++) {
      Scene scene = Scene.of(1, i, true, 3);
      for (View view : scene.views()) {
        Picture picture = scene.render(view, 32, 24, Camera.intrinsics(32, 24));
        for (short id : picture.things().ids()) {
          if (id != 0) {
            String wordnetId = scene.room().things().get(id - 1).wordnetId();
            classes.add(WordNet.nyu13(wordnetId).orElseThrow());
          }
        }
      }
    }
    assertThat(classes).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13);
  }

  private static List<Frame> frames() throws IOException, FrameException {
    List<Frame> frames = new ArrayList<>();
    for (FrameUnit unit : source.units(HADOOP)) {
      try (FrameReader reader = source.open(unit, HADOOP)) {
        while (reader.next()) {
          frames.add(reader.read());
        }
      }
    }
    return frames;
  }
}
