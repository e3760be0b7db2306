package org.networkfission;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Files are short enough to read top to bottom, and packages to know what is in them. */
class RoomsTest {
  private static final int MOST_LINES = 350;
  private static final int MOST_FILES = 25;
  private static final List<String> MODULES = List.of("dataset-prep", "model", "spark-jobs");

  @Test
  void noFileIsLongerThan350Lines() throws IOException {
    Map<Path, Long> tooLong = new TreeMap<>();
    List<Path> sources = sources();
    for (Path source : sources) {
      try (Stream<String> lines = Files.lines(source)) {
        long count = lines.count();
        if (count > MOST_LINES) {
          tooLong.put(source, count);
        }
      }
    }

    assertThat(sources).hasSizeGreaterThan(500);
    assertThat(tooLong).as("files of more than %d lines", MOST_LINES).isEmpty();
  }

  @Test
  void noPackageHasMoreThan25Files() throws IOException {
    Map<Path, Integer> files = new TreeMap<>();
    sources().forEach(source -> files.merge(source.getParent(), 1, Integer::sum));
    files.values().removeIf(count -> count <= MOST_FILES);

    assertThat(files).as("packages of more than %d files", MOST_FILES).isEmpty();
  }

  private static List<Path> sources() throws IOException {
    List<Path> sources = new ArrayList<>();
    for (String module : MODULES) {
      try (Stream<Path> files = Files.walk(Path.of("..", module, "src", "main", "java"))) {
        files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
      }
    }
    return sources;
  }
}
