package org.networkfission.jobs.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.networkfission.jobs.config.Layers;

/** Paths as a command takes them; the default file system is this machine's. */
class WholePathsTest {
  private static final String HERE = System.getProperty("user.dir");

  private static String whole(String path) {
    Layers layers = WholePaths.in(Layers.of(List.of(), List.of("train.output=\"" + path + "\"")));
    return ResolvedConfig.of(layers).settings().train().output().orElseThrow();
  }

  @Test
  void aRelativePathLiesInTheUsersFolder() {
    assertThat(whole("run")).isEqualTo("file:" + HERE + "/run");
    assertThat(whole("file:run")).isEqualTo("file:" + HERE + "/run");
  }

  @Test
  void aWholePathStaysAsItIs() {
    assertThat(whole("/data/run")).isEqualTo("/data/run");
    assertThat(whole("file:/data/run")).isEqualTo("file:/data/run");
    assertThat(whole("hdfs://nn/run")).isEqualTo("hdfs://nn/run");
  }

  /** The file system's default host counts. */
  @Test
  void aFileSystemMayComeWithoutItsHost() {
    assertThat(whole("hdfs:/run")).isEqualTo("hdfs:/run");
  }

  @Test
  void theNameOfAFileMayHaveAColon() {
    assertThat(whole("file:10:30/run")).isEqualTo("file:" + HERE + "/10:30/run");
  }

  /** Executors have other working folders, so that there it would be another place. */
  @Test
  void aPathBesideTheSettingsIsMadeWholeAsTheirsAre() {
    for (String path : List.of("run", "file:run", "file:10:30/run", "/data/run", "hdfs:/run")) {
      assertThat(WholePaths.of("DATASET", path, new Configuration())).isEqualTo(whole(path));
    }
  }
}
