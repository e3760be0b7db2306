package org.networkfission.prep.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.jhdf.HdfFile;
import io.jhdf.api.Dataset;
import io.jhdf.api.dataset.ChunkedDataset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.prep.frame.Frame;
import org.networkfission.prep.frame.FrameReader;
import org.networkfission.prep.frame.FrameUnit;
import org.networkfission.prep.frame.Intrinsics;
import org.networkfission.prep.labels.ClassMap;
import org.networkfission.prep.labels.ClassMaps;
import org.networkfission.prep.labels.NyuDv2Labels;
import org.networkfission.prep.labels.NyuDv2Splits;
import org.networkfission.prep.nyudv2.NyuDv2Source;
import org.networkfission.prep.sample.render.Picture;

/** What was rendered and written as NYUDv2 is read back as it was rendered. */
class NyuDv2RoundTripTest {
  private static final Configuration HADOOP = new Configuration();
  private static final int WIDTH = 72;
  private static final int HEIGHT = 54;

  /** 22 images: two whole chunks and a part of one, of sides that chunks do not divide. */
  private static final SampleSettings SETTINGS =
      new SampleSettings(4, 7, 4, 1, 2, WIDTH, HEIGHT, 90);

  @TempDir static Path folder;
  private static Path mat;

  @BeforeAll
  static void sample() throws Exception {
    Path root = folder.resolve("nyudv2");
    new NyuDv2Sample(SETTINGS)
        .write(new org.apache.hadoop.fs.Path(root.toUri()), HADOOP, 2, (i, n) -> {});
    mat = root.resolve(NyuDv2Sample.FILE_NAME);
  }

  private static List<Frame> frames(boolean raw) throws Exception {
    NyuDv2Source source =
        new NyuDv2Source(mat.toUri().toString(), List.of("train", "test"), 1, raw, false);
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

  @Test
  void theReaderGivesBackWhatWasRendered() throws Exception {
    List<Frame> raw = frames(true);
    List<Frame> filled = frames(false);
    Intrinsics k = NyuDv2Source.intrinsics(WIDTH, HEIGHT);
    ClassMap nyu40 = ClassMaps.named("nyu40", NyuDv2Source.LABELS);
    List<String> splits = NyuDv2Splits.official();
    int[] seen = new int[2];
    assertThat(raw).hasSize(22);
    for (int image = 0; image < 22; image++) {
      boolean train = splits.get(image).equals("train");
      int number = seen[train ? 1 : 0]++;
      Scene scene = Scene.of(SETTINGS.seed(), number / 2, train, 2);
      Picture truth = scene.render(scene.views().get(number % 2), WIDTH, HEIGHT, k);
      String key = "nyudv2/%04d".formatted(image + 1);
      Frame measured = raw.stream().filter(f -> f.key().equals(key)).findFirst().orElseThrow();
      Frame whole = filled.stream().filter(f -> f.key().equals(key)).findFirst().orElseThrow();
      assertThat(measured.split()).isEqualTo(splits.get(image));
      assertThat(measured.intrinsics()).isEqualTo(k);
      byte[] rgb = measured.pixels().rgb();
      for (int v = 0; v < HEIGHT; v++) {
        for (int u = 0; u < WIDTH; u++) {
          int i = v * WIDTH + u;
          double x = (u - k.cx()) / k.fx();
          double y = (v - k.cy()) / k.fy();
          float z = (float) (truth.rayLength()[i] / Math.sqrt(x * x + y * y + 1));
          boolean hit = z > 0 && z < 10;
          boolean white = u < 1 || v < 1 || u >= WIDTH - 1 || v >= HEIGHT - 1;
          boolean unmeasured = u < 5 || v < 5 || u >= WIDTH - 5 || v >= HEIGHT - 5;
          assertThat(whole.depth().millimetres()[i]).isEqualTo(1000 * (hit ? z : 10));
          assertThat(measured.depth().millimetres()[i])
              .isEqualTo(hit && !unmeasured ? 1000 * z : 0);
          int thing = white ? 0 : truth.things().at(u, v);
          assertThat(nyu40.classOf(measured.labels().at(u, v)))
              .isEqualTo(thing == 0 ? 0 : Nyu40.of(scene.room().things().get(thing - 1)));
          for (int c = 0; c < 3; c++) {
            assertThat(rgb[3 * i + c] & 0xff)
                .isEqualTo(white ? 255 : truth.photo().rgb()[3 * i + c] & 0xff);
          }
        }
      }
    }
  }

  /** As another HDF5 library sees it. */
  @Test
  void theFileIsBuiltAsThePublishedOne() throws Exception {
    try (HdfFile hdf = new HdfFile(mat)) {
      assertThat(hdf.getUserBlockSize()).isEqualTo(512);
      assertThat(hdf.getChildren().keySet())
          .containsExactlyInAnyOrder(
              "#refs#",
              "images",
              "depths",
              "rawDepths",
              "labels",
              "instances",
              "names",
              "scenes",
              "sceneTypes",
              "rawRgbFilenames",
              "rawDepthFilenames");
      Dataset images = (Dataset) hdf.getChild("images");
      assertThat(images.getDimensions()).containsExactly(22, 3, WIDTH, HEIGHT);
      assertThat(((ChunkedDataset) images).getChunkDimensions()).containsExactly(8, 3, 18, 14);
      assertThat(images.getAttribute("MATLAB_class").getData()).isEqualTo("uint8");
      List<String> names = NyuDv2Labels.names();
      long[][] references = (long[][]) ((Dataset) hdf.getChild("names")).getData();
      assertThat(references[0]).hasSize(894);
      for (int id = 1; id <= 894; id += 81) {
        Dataset name = (Dataset) hdf.getNodeByAddress(references[0][id - 1]);
        int[][] characters = (int[][]) name.getData();
        StringBuilder text = new StringBuilder();
        for (int[] character : characters) {
          text.append((char) character[0]);
        }
        assertThat(text.toString()).isEqualTo(names.get(id));
      }
    }
  }

  @Test
  void theSameSettingsGiveTheSameBytes() throws Exception {
    Path again = folder.resolve("again");
    new NyuDv2Sample(SETTINGS)
        .write(new org.apache.hadoop.fs.Path(again.toUri()), HADOOP, 1, (i, n) -> {});

    assertThat(Files.readAllBytes(again.resolve(NyuDv2Sample.FILE_NAME)))
        .isEqualTo(Files.readAllBytes(mat));
  }
}
