package org.networkfission.prep.scenenet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.prep.codec.Jpeg;
import org.networkfission.prep.codec.Png16;
import org.networkfission.prep.frame.ColorImage;
import org.networkfission.prep.frame.Frame;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.FrameReader;
import org.networkfission.prep.frame.FrameUnit;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.frame.Intrinsics;

class SceneNetSourceTest {
  private static final int WIDTH = 8;
  private static final int HEIGHT = 6;

  @TempDir Path root;
  private final Configuration hadoop = new Configuration();

  @BeforeEach
  void writeAnArchive() throws IOException {
    for (String trajectory : List.of("0/100", "0/101")) {
      for (int number = 0; number < 100; number += 25) {
        write(trajectory, "photo", number + ".jpg", Jpeg.encode(photo(), 95));
        write(trajectory, "depth", number + ".png", grey(2000 + number));
        write(trajectory, "instance", number + ".png", grey(7));
      }
    }
    Files.write(root.resolve("scenenet_rgbd_val.pb"), TrajectoryFileTest.published());
  }

  private static ColorImage photo() {
    return new ColorImage(WIDTH, HEIGHT, new byte[WIDTH * HEIGHT * 3]);
  }

  private static byte[] grey(int value) {
    short[] samples = new short[WIDTH * HEIGHT];
    Arrays.fill(samples, (short) value);
    return Png16.writeGrey(WIDTH, HEIGHT, samples);
  }

  private void write(String trajectory, String kind, String name, byte[] bytes) throws IOException {
    Path folder = Files.createDirectories(root.resolve("val").resolve(trajectory).resolve(kind));
    Files.write(folder.resolve(name), bytes);
  }

  private SceneNetSource source(int stride) {
    return new SceneNetSource(root.toUri().toString(), List.of("val"), stride);
  }

  /** What became of each frame of the first trajectory: its reason, or "ok". */
  private List<String> outcomes() throws IOException, FrameException {
    FrameUnit unit = source(1).units(hadoop).get(0);
    List<String> outcomes = new ArrayList<>();
    try (FrameReader reader = source(1).open(unit, hadoop)) {
      while (reader.next()) {
        try {
          reader.read();
          outcomes.add("ok");
        } catch (FrameException e) {
          assertThat(e).hasMessageContaining(reader.key());
          outcomes.add(e.reason().code());
        }
      }
    }
    return outcomes;
  }

  @Test
  void listsTrajectoriesAsUnits() throws IOException {
    assertThat(source(1).units(hadoop))
        .extracting(FrameUnit::name, FrameUnit::split, FrameUnit::frames)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("val/0/100", "val", 4),
            org.assertj.core.groups.Tuple.tuple("val/0/101", "val", 4));
    assertThat(source(3).units(hadoop)).extracting(FrameUnit::frames).containsExactly(2, 2);
  }

  @Test
  void leavesOutPartsThatAreNotThere() throws IOException {
    byte[] both = TrajectoryFileTest.published();
    int at = new String(both, StandardCharsets.ISO_8859_1).indexOf("0/101");
    both[at] = '7';
    Files.write(root.resolve("scenenet_rgbd_val.pb"), both);

    assertThat(source(1).units(hadoop)).extracting(FrameUnit::name).containsExactly("val/0/100");
  }

  @Test
  void readsViewsWithKeysClassesAndDepthAlongTheAxis() throws IOException, FrameException {
    FrameUnit unit = source(2).units(hadoop).get(0);
    List<String> keys = new ArrayList<>();
    Frame last = null;
    try (FrameReader reader = source(2).open(unit, hadoop)) {
      while (reader.next()) {
        keys.add(reader.key());
        last = reader.read();
      }
    }

    assertThat(keys).containsExactly("scenenet/val/0/100/0", "scenenet/val/0/100/50");
    assertThat(last.labels().at(3, 3)).as("sofa").isEqualTo(9);
    // The ray through a corner pixel's centre, from the published formula.
    double x = (0.5 / (WIDTH / 2.0) - 1) * Math.tan(Math.toRadians(30));
    double y = (0.5 / (HEIGHT / 2.0) - 1) * Math.tan(Math.toRadians(22.5));
    assertThat((double) last.depth().millimetres()[0])
        .isCloseTo(2050 / Math.sqrt(x * x + y * y + 1), within(1e-3));
  }

  @Test
  void thePublishedSizeHasThePublishedIntrinsics() {
    Intrinsics k = ViewDecoder.intrinsics(320, 240);

    assertThat(k.fx()).isCloseTo(277.12812921, within(1e-6));
    assertThat(k.fy()).isCloseTo(289.70562748, within(1e-6));
    assertThat(k.cx()).isEqualTo(159.5);
    assertThat(k.cy()).isEqualTo(119.5);
  }

  @Test
  void aBadFrameHasItsReasonAndTheOthersStay() throws IOException, FrameException {
    Files.delete(root.resolve("val/0/100/photo/0.jpg"));
    write("0/100", "depth", "25.png", Arrays.copyOf(grey(2000), 50));
    write("0/100", "instance", "50.png", grey(8));

    assertThat(outcomes()).containsExactly("missing_file", "truncated", "unknown_label", "ok");
  }

  @Test
  void imagesOfDifferentSizesAreRefused() throws IOException, FrameException {
    write("0/100", "instance", "0.png", Png16.writeGrey(2, 2, new short[4]));

    assertThat(outcomes()).containsExactly("size_mismatch", "ok", "ok", "ok");
  }

  @Test
  void anInstanceWithoutAClassIsVoidAndTheOthersStay() throws IOException, FrameException {
    byte[] bytes = TrajectoryFileTest.published();
    int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("04546855");
    System.arraycopy("99999999".getBytes(StandardCharsets.US_ASCII), 0, bytes, at, 8);
    Files.write(root.resolve("scenenet_rgbd_val.pb"), bytes);
    short[] instances = new short[WIDTH * HEIGHT];
    Arrays.fill(instances, (short) 7);
    instances[0] = 3;
    write("0/100", "instance", "0.png", Png16.writeGrey(WIDTH, HEIGHT, instances));
    FrameUnit unit = source(1).units(hadoop).get(0);
    try (FrameReader reader = source(1).open(unit, hadoop)) {
      assertThat(reader.next()).isTrue();
      Frame frame = reader.read();
      assertThat(frame.labels().at(0, 0)).isZero();
      assertThat(frame.labels().at(1, 0)).isPositive();
    }
  }

  @Test
  void namesAMissingFolderAndAMissingDescription() throws IOException {
    assertThatThrownBy(
            () ->
                new SceneNetSource(root.resolve("no").toUri().toString(), List.of("val"), 1)
                    .units(hadoop))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("no such folder");
    assertThatThrownBy(
            () -> new SceneNetSource(root.toUri().toString(), List.of("train"), 1).units(hadoop))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("no file scenenet_rgbd_train_0.pb to _16.pb");
  }

  @Test
  void hasNoTestSplit() {
    assertThatThrownBy(() -> new SceneNetSource("x", List.of("test"), 1))
        .hasMessageContaining("splits = [test]: must be of train and val");
  }
}
