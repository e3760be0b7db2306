package org.networkfission.prep.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.prep.settings.ConfigException;
import org.networkfission.prep.settings.InvalidSettings;

class SceneNetSampleTest {
  @TempDir java.nio.file.Path folder;

  @Test
  void writesThePublishedLayout() throws Exception {
    List<Integer> progress = new ArrayList<>();
    write(folder.resolve("a"), settings(1), 2, progress);
    assertThat(files(folder.resolve("a")).keySet())
        .contains(
            "scenenet_rgbd_train_0.pb",
            "scenenet_rgbd_train_1.pb",
            "scenenet_rgbd_val.pb",
            "train/0/0/photo/0.jpg",
            "train/0/2/depth/25.png",
            "train/1/1/instance/25.png",
            "val/0/0/normals/0.png")
        .contains("_SUCCESS")
        .hasSize(4 + 4 * 4 * 2);
    assertThat(progress).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
    assertThat(folder.resolve("a/_lease")).doesNotExist();
  }

  @Test
  void theSameSeedGivesTheSameBytesWhateverTheThreads() throws Exception {
    write(folder.resolve("a"), settings(1), 1, new ArrayList<>());
    write(folder.resolve("b"), settings(1), 3, new ArrayList<>());
    write(folder.resolve("c"), settings(2), 2, new ArrayList<>());
    Map<String, byte[]> a = files(folder.resolve("a"));
    Map<String, byte[]> b = files(folder.resolve("b"));
    Map<String, byte[]> c = files(folder.resolve("c"));
    assertThat(b.keySet()).isEqualTo(a.keySet());
    a.forEach((name, bytes) -> assertThat(b.get(name)).as(name).isEqualTo(bytes));
    assertThat(c.get("train/0/0/photo/0.jpg")).isNotEqualTo(a.get("train/0/0/photo/0.jpg"));
  }

  @Test
  void refusesAFolderThatHoldsSomething() throws IOException {
    Files.writeString(folder.resolve("mine"), "");
    Path root = new Path(folder.toUri());
    assertThatThrownBy(
            () -> new SceneNetSample(settings(1)).write(root, new Configuration(), 1, (i, n) -> {}))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "Cannot use the configuration: sample.output = %s: it exists; delete it or choose another"
                .formatted(root));
  }

  @Test
  void namesEverySettingThatIsWrong() {
    assertThatThrownBy(() -> new SampleSettings(1, -1, 0, 18, 0, 320, 320, 101))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining("trainTrajectories = -1: must be 0 or more")
        .hasMessageContaining("trainParts = 18: must be 1 to 17")
        .hasMessageContaining("views = 0: must be 1 to 300")
        .hasMessageContaining("height = 320: must be about three quarters of the width")
        .hasMessageContaining("jpegQuality = 101: must be 1 to 100");
  }

  private static SampleSettings settings(long seed) {
    return new SampleSettings(seed, 3, 1, 2, 2, 32, 24, 90);
  }

  private static void write(
      java.nio.file.Path root, SampleSettings settings, int threads, List<Integer> progress)
      throws IOException, InterruptedException {
    new SceneNetSample(settings)
        .write(
            new Path(root.toUri()),
            new Configuration(),
            threads,
            (frames, of) -> {
              assertThat(of).isEqualTo(8);
              progress.add(frames);
            });
  }

  private static Map<String, byte[]> files(java.nio.file.Path root) throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    try (Stream<java.nio.file.Path> all = Files.walk(root)) {
      for (java.nio.file.Path file : all.filter(Files::isRegularFile).toList()) {
        files.put(root.relativize(file).toString(), Files.readAllBytes(file));
      }
    }
    return files;
  }
}
