package org.networkfission.jobs.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.prep.settings.ConfigException;

class OutputFolderTest {
  private static final byte[] TEXT = "text".getBytes(StandardCharsets.UTF_8);

  @TempDir Path folder;

  private OutputFolder open() throws IOException {
    return new OutputFolder(
        "a.key", new org.apache.hadoop.fs.Path(folder.resolve("out").toUri()), new Configuration());
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(p -> p.getFileName().toString()).toList();
    }
  }

  @Test
  void appearsWhole() throws IOException {
    try (OutputFolder out = open()) {
      out.write("a.txt", TEXT);
      assertThat(names()).hasSize(1).allMatch(n -> n.startsWith("_temporary-out-"));
      out.publish();
    }
    assertThat(names()).containsExactly("out");
    assertThat(folder.resolve("out/a.txt")).hasContent("text");
  }

  @Test
  void leavesNothingWhereTheJobFails() throws IOException {
    try (OutputFolder out = open()) {
      out.write("a.txt", TEXT);
    }
    assertThat(names()).isEmpty();
  }

  @Test
  void leavesNothingThatLooksFinishedWhereTheJobIsKilled() throws IOException {
    OutputFolder killed = open();
    killed.write("a.txt", TEXT);

    // Nobody closes it. The same command works again.
    try (OutputFolder out = open()) {
      out.write("a.txt", TEXT);
      out.publish();
    }
    assertThat(folder.resolve("out/a.txt")).hasContent("text");
  }

  @Test
  void refusesAFolderThatExists() throws IOException {
    Files.createDirectory(folder.resolve("out"));

    assertThatThrownBy(this::open)
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("a.key = ")
        .hasMessageContaining("it exists; delete it or choose another");
  }

  @Test
  void refusesAFolderThatCameUpMeanwhile() throws IOException {
    try (OutputFolder out = open()) {
      out.write("a.txt", TEXT);
      Files.createDirectory(folder.resolve("out"));

      assertThatThrownBy(out::publish)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("does it exist by now?");
    }
    assertThat(folder.resolve("out")).isEmptyDirectory();
    assertThat(names()).containsExactly("out");
  }
}
