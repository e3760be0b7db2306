package org.networkfission.prep.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.prep.codec.Jpeg;
import org.networkfission.prep.frame.Frame;
import org.networkfission.prep.frame.FrameReader;
import org.networkfission.prep.frame.FrameUnit;
import org.networkfission.prep.frame.ImageSize;
import org.networkfission.prep.frame.Intrinsics;
import org.networkfission.prep.frame.LabeledImage;
import org.networkfission.prep.labels.ClassMap;
import org.networkfission.prep.labels.ClassMaps;
import org.networkfission.prep.sample.render.Picture;
import org.networkfission.prep.scannet.ScanNetSource;
import org.networkfission.prep.shard.ExampleCodec;

/** What was rendered and written as ScanNet is read back as it was rendered. */
class ScanNetRoundTripTest {
  private static final Configuration HADOOP = new Configuration();
  private static final SampleSettings SETTINGS = new SampleSettings(4, 2, 1, 1, 2, 80, 60, 90);

  @TempDir Path folder;

  @Test
  void theReaderGivesBackWhatWasRendered() throws Exception {
    Path root = folder.resolve("scannet");
    new ScanNetSample(SETTINGS)
        .write(new org.apache.hadoop.fs.Path(root.toUri()), HADOOP, 2, (i, n) -> {});
    ScanNetSource source = new ScanNetSource(root.toUri().toString(), List.of("train", "val"), 1);
    List<FrameUnit> units = source.units(HADOOP);
    assertThat(units)
        .extracting(FrameUnit::name)
        .containsExactly("scene0000_00", "scene0001_00", "scene0002_00");
    Intrinsics k = ScanNetSample.intrinsics(80, 60);
    for (FrameUnit unit : units) {
      boolean train = unit.split().equals("train");
      int number = Integer.parseInt(unit.name().substring(5, 9));
      Scene scene = Scene.of(SETTINGS.seed(), train ? number : 0, train, 2);
      Iterator<View> views = scene.views().iterator();
      try (FrameReader reader = source.open(unit, HADOOP)) {
        while (reader.next()) {
          assertSame(reader.read(), scene, scene.render(views.next(), 80, 60, k));
        }
      }
      assertThat(views.hasNext()).isFalse();
    }
  }

  private static void assertSame(Frame frame, Scene scene, Picture truth) throws Exception {
    for (int v = 0; v < 60; v++) {
      for (int u = 0; u < 80; u++) {
        double x = (u - frame.intrinsics().cx()) / frame.intrinsics().fx();
        double y = (v - frame.intrinsics().cy()) / frame.intrinsics().fy();
        double z = 1000 * truth.rayLength()[v * 80 + u] / Math.sqrt(x * x + y * y + 1);
        assertThat(Math.abs(frame.depth().millimetres()[v * 80 + u] - z)).isLessThan(0.51);
        int thing = truth.things().at(u, v);
        assertThat(frame.labels().at(u, v))
            .isEqualTo(thing == 0 ? 0 : Nyu40.of(scene.room().things().get(thing - 1)));
      }
    }
    assertThat(Jpeg.decode(frame.encodedColor(), "photo").width()).isEqualTo(162);
    ClassMap paper = ClassMaps.named("scannet20-paper", ScanNetSource.LABELS);
    LabeledImage image =
        ExampleCodec.decode(
            ExampleCodec.encode(frame, paper, truth.normals(), new ImageSize(96, 48)));
    assertThat(image.width()).isEqualTo(96);
    assertThat(image.height()).isEqualTo(48);
    // Column 95 of 96 lies in column 79 of 80; row 0 of 48 in row 0 of 60.
    assertThat(image.depth().millimetres()[95])
        .isEqualTo(Math.round(frame.depth().millimetres()[79]));
    assertThat(image.labels().at(95, 0)).isEqualTo(paper.classOf(frame.labels().at(79, 0)));
    assertThat(image.intrinsics().fx()).isEqualTo((float) (frame.intrinsics().fx() * 1.2));
  }
}
