package org.networkfission.prep.nyudv2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.jhdf.HdfFile;
import io.jhdf.api.Dataset;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.prep.frame.Frame;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.FrameReader;
import org.networkfission.prep.frame.FrameUnit;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.labels.NyuDv2Splits;

class NyuDv2SourceTest {
  private static final Configuration HADOOP = new Configuration();

  @TempDir Path folder;
  private Path mat;

  @BeforeEach
  void copy() throws IOException {
    mat = folder.resolve("nyu.mat");
    Files.write(mat, resource());
  }

  private static byte[] resource() throws IOException {
    try (InputStream in = NyuDv2SourceTest.class.getResourceAsStream("nyu_labeled_like_tiny.mat")) {
      return in.readAllBytes();
    }
  }

  private NyuDv2Source source(boolean raw) {
    return new NyuDv2Source(mat.toUri().toString(), List.of("train", "test"), 1, raw, false);
  }

  private List<Frame> frames(NyuDv2Source source) throws IOException, FrameException {
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
  void listsTheOfficialSplits() throws IOException {
    assertThat(source(true).units(HADOOP))
        .extracting(FrameUnit::name, FrameUnit::frames, FrameUnit::location)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("train/0001-0009", 6, "0-8"),
            org.assertj.core.groups.Tuple.tuple("test/0001-0009", 3, "0-8"));
    assertThat(NyuDv2Splits.official()).hasSize(1449);
    assertThat(NyuDv2Splits.official().stream().filter("train"::equals)).hasSize(795);
    assertThat(NyuDv2Splits.official().stream().filter("test"::equals)).hasSize(654);
    List<String> divided = NyuDv2Splits.withValidation();
    for (int image = 0; image < 1449; image++) {
      assertThat(divided.get(image).equals("test"))
          .isEqualTo(NyuDv2Splits.official().get(image).equals("test"));
    }
  }

  /** Against the library's own reading of the whole arrays. */
  @Test
  void transposesEveryFrameExactly() throws IOException, FrameException {
    List<Frame> raw = frames(source(true));
    List<Frame> filled = frames(source(false));
    assertThat(raw).extracting(Frame::key).startsWith("nyudv2/0003", "nyudv2/0004").hasSize(9);
    try (HdfFile hdf = new HdfFile(mat)) {
      float[][][] rawDepths = (float[][][]) ((Dataset) hdf.getChild("rawDepths")).getData();
      float[][][] depths = (float[][][]) ((Dataset) hdf.getChild("depths")).getData();
      int[][][] labels = (int[][][]) ((Dataset) hdf.getChild("labels")).getData();
      int[][][][] images = (int[][][][]) ((Dataset) hdf.getChild("images")).getData();
      for (int f = 0; f < raw.size(); f++) {
        Frame frame = raw.get(f);
        int image = Integer.parseInt(frame.key().substring("nyudv2/".length())) - 1;
        byte[] rgb = frame.pixels().rgb();
        assertThat(frame.width()).isEqualTo(64);
        for (int y = 0; y < frame.height(); y++) {
          for (int x = 0; x < frame.width(); x++) {
            int i = y * 64 + x;
            float z = rawDepths[image][x][y];
            assertThat(frame.depth().millimetres()[i]).isEqualTo(z > 0 ? 1000 * z : 0);
            assertThat(filled.get(f).depth().millimetres()[i])
                .isEqualTo(1000 * depths[image][x][y]);
            assertThat(frame.labels().at(x, y)).isEqualTo(labels[image][x][y]);
            for (int c = 0; c < 3; c++) {
              assertThat(rgb[3 * i + c] & 0xff).isEqualTo(images[image][c][x][y]);
            }
          }
        }
      }
    }
  }

  @Test
  void theCameraIsThatOfTheColourImage() throws IOException, FrameException {
    Frame frame = frames(source(true)).get(0);
    assertThat(frame.intrinsics().fx()).isCloseTo(518.8579 / 10, within(1e-4));
    // (324.58244941 + 0.5) / 10 - 0.5
    assertThat(frame.intrinsics().cx()).isCloseTo(32.008245, within(1e-5));
  }

  @Test
  void saysWhatIsWrongWithAFile() throws IOException {
    NyuDv2Source missing = new NyuDv2Source(folder + "/no.mat", List.of("train"), 1, true, false);
    assertThatThrownBy(() -> missing.units(HADOOP))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("Cannot read NYUDv2: no file ");
    Files.writeString(mat, "MATLAB 7.3 MAT-file, but not really");
    assertThatThrownBy(() -> source(true).units(HADOOP))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("it is damaged or no HDF5 file");
    Files.write(mat, Arrays.copyOf(resource(), 300_000));
    assertThatThrownBy(() -> frames(source(true)))
        .isInstanceOfAny(InputException.class, FrameException.class)
        .hasMessageContaining("nyu.mat");
  }

  @Test
  void cropsOnlyThePublishedSize() throws IOException {
    NyuDv2Source cropped =
        new NyuDv2Source(mat.toUri().toString(), List.of("train"), 1, true, true);
    FrameUnit unit = cropped.units(HADOOP).get(0);
    assertThatThrownBy(() -> cropped.open(unit, HADOOP))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("they have 64 x 48 pixels, the published ones 640 x 480");
  }

  @Test
  void survivesMutations() throws IOException {
    assertThat(survivors(0, 300)).isLessThan(260);
  }

  @Test
  @Tag("slow")
  void survivesThousandsOfMutations() throws IOException {
    assertThat(survivors(300, 3_000)).isLessThan(2_430);
  }

  /**
   * Whatever is done to the file, reading it ends, and with nothing else than the known errors.
   *
   * @return how many damaged files could be read all the same
   */
  private int survivors(int from, int to) throws IOException {
    byte[] valid = resource();
    int good = 0;
    for (int seed = from; seed < to; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      byte[] bytes =
          random.nextInt(10) == 0
              ? Arrays.copyOf(valid, random.nextInt(valid.length))
              : valid.clone();
      for (int n = random.nextInt(20); n >= 0 && bytes.length > 2000; n--) {
        // The structures that lead to the data are small and mostly at the beginning.
        int reach = random.nextBoolean() ? bytes.length : 30_000;
        bytes[512 + random.nextInt(Math.min(reach, bytes.length) - 512)] =
            (byte) random.nextInt(256);
      }
      Files.write(mat, bytes);
      try {
        assertThat(frames(source(true)).size()).isLessThan(1450);
        good++;
      } catch (FrameException | InputException e) {
        assertThat(e).hasMessageStartingWith("Cannot ");
      }
    }
    return good;
  }
}
