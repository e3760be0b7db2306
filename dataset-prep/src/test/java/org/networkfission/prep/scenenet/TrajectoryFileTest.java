package org.networkfission.prep.scenenet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.scenenet.TrajectoryFile.Located;

class TrajectoryFileTest {
  @TempDir java.nio.file.Path folder;
  private final Configuration hadoop = new Configuration();

  static byte[] published() throws IOException {
    try (var in = TrajectoryFileTest.class.getResourceAsStream("scenenet_rgbd_synthetic.pb")) {
      return in.readAllBytes();
    }
  }

  private Path file(byte[] bytes) throws IOException {
    return new Path(Files.write(folder.resolve("scenenet_rgbd_val.pb"), bytes).toUri());
  }

  @Test
  void readsTrajectoriesInstancesAndViews() throws IOException {
    Path file = file(published());

    List<Located> all = TrajectoryFile.readAll(file, hadoop);

    assertThat(all).extracting(l -> l.trajectory().renderPath()).containsExactly("0/100", "0/101");
    Trajectory first = all.get(0).trajectory();
    assertThat(first.background()).containsExactly(0);
    assertThat(first.wordNetIds())
        .isEqualTo(
            Map.of(
                1,
                "02990373",
                2,
                "03005285",
                3,
                "04546855",
                4,
                "03665924",
                5,
                "04379243",
                6,
                "04590933",
                7,
                "04256520"));
    assertThat(first.views())
        .containsExactly(
            new Trajectory.View(0, true),
            new Trajectory.View(25, true),
            new Trajectory.View(50, true),
            new Trajectory.View(75, true));
    Located second = all.get(1);
    assertThat(TrajectoryFile.readAt(file, second.offset(), second.length(), hadoop))
        .isEqualTo(second.trajectory());
  }

  @Test
  void saysWhereACutOffFileEnds() throws IOException {
    Path file = file(Arrays.copyOf(published(), 1500));

    assertThatThrownBy(() -> TrajectoryFile.readAll(file, hadoop))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("scenenet_rgbd_val.pb")
        .hasMessageContaining("at byte 961")
        .hasMessageContaining("949 bytes, only 536 are left: the file is cut off");
  }

  @Test
  void refusesAFileOfAnotherKind() throws IOException {
    Path file = file("not a protobuf file".getBytes(java.nio.charset.StandardCharsets.UTF_8));

    assertThatThrownBy(() -> TrajectoryFile.readAll(file, hadoop))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("at byte 0: byte 110 where a trajectory must begin");
  }

  @Test
  void refusesRenderPathsThatLeaveTheFolder() throws IOException {
    byte[] bytes = published();
    int at = new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf("0/101");
    System.arraycopy(
        "../../".getBytes(java.nio.charset.StandardCharsets.US_ASCII), 0, bytes, at, 5);

    assertThatThrownBy(() -> TrajectoryFile.readAll(file(bytes), hadoop))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("render path");
  }

  @Test
  void damagedFilesAreReadOrRefusedButNothingElse() throws IOException {
    byte[] good = published();
    SplittableRandom random = new SplittableRandom(1);
    int refused = 0;
    for (int i = 0; i < 3000; i++) {
      byte[] bad = good.clone();
      for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
      }
      Path file =
          file(random.nextInt(4) == 0 ? Arrays.copyOf(bad, random.nextInt(bad.length)) : bad);
      try {
        TrajectoryFile.readAll(file, hadoop);
      } catch (InputException e) {
        refused++;
        assertThat(e).hasMessageContaining("scenenet_rgbd_val.pb");
      }
    }
    assertThat(refused).isGreaterThan(500);
  }
}
