package org.networkfission.jobs.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a Dockerfile's steps make of a clone, as a folder: its layers above the base image, which is
 * not there. It knows the instructions that the product's Dockerfile has.
 *
 * @param root the folder that is the image's root
 * @param user whom its processes belong to
 * @param environment what its ENV lines say
 * @param entrypoint whether it has an entry point of its own
 */
record ContainerImage(Path root, String user, List<String> environment, boolean entrypoint) {
  /** A line of a .dockerignore. */
  private record Rule(boolean keeps, PathMatcher matcher) {
    static Rule of(String line) {
      boolean keeps = line.startsWith("!");
      String pattern = keeps ? line.substring(1) : line;
      return new Rule(keeps, FileSystems.getDefault().getPathMatcher("glob:" + pattern));
    }

    /** Whether it speaks of a path of the clone, or of a folder that the path lies in. */
    boolean matches(Path relative) {
      for (Path path = relative; path != null; path = path.getParent()) {
        if (matcher.matches(path)) {
          return true;
        }
      }
      return false;
    }
  }

  /**
   * Takes the steps.
   *
   * @param clone the context
   * @param dockerfile its path in the clone
   * @param root an empty folder; files in it are links to the clone's where that is possible
   */
  static ContainerImage build(Path clone, String dockerfile, Path root) throws Exception {
    List<Rule> ignore =
        Files.readAllLines(clone.resolve(".dockerignore")).stream()
            .filter(line -> !line.isBlank() && !line.startsWith("#"))
            .map(Rule::of)
            .toList();
    String user = "root";
    List<String> environment = new ArrayList<>();
    boolean entrypoint = false;
    for (String line : Files.readAllLines(clone.resolve(dockerfile))) {
      String[] words = line.strip().split("\\s+", -1);
      switch (words[0]) {
        case "", "#", "ARG", "FROM" -> {}
        case "COPY" -> {
          assertThat(words).as(line).hasSize(3);
          copy(clone, ignore, words[1], root.resolve(words[2].substring(1)));
        }
        case "RUN" -> run(line.strip().substring(4).replace("/opt/", root + "/opt/"));
        case "ENV" -> environment.addAll(Arrays.asList(words).subList(1, words.length));
        case "USER" -> user = words[1];
        case "ENTRYPOINT", "CMD" -> entrypoint = true;
        default -> throw new AssertionError("Not known: " + line);
      }
    }
    return new ContainerImage(root, user, environment, entrypoint);
  }

  private static void copy(Path clone, List<Rule> ignore, String source, Path target)
      throws IOException {
    int copied = 0;
    try (Stream<Path> all = Files.walk(clone.resolve(source))) {
      for (Path file : all.filter(Files::isRegularFile).sorted().toList()) {
        boolean ignored = false;
        for (Rule rule : ignore) {
          if (rule.matches(clone.relativize(file))) {
            ignored = !rule.keeps();
          }
        }
        if (!ignored) {
          copied++;
          Path copy = target.resolve(clone.resolve(source).relativize(file).toString());
          Files.createDirectories(copy.getParent());
          link(copy, file);
        }
      }
    }
    assertThat(copied).as("files of the context in " + source).isPositive();
  }

  /** A step may change the mode of what not everybody can read: that is a copy. */
  private static void link(Path copy, Path file) throws IOException {
    if (Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ)) {
      try {
        Files.createLink(copy, file);
        return;
      } catch (IOException e) {
        // Another file system.
      }
    }
    Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
  }

  private static void run(String command) throws Exception {
    Process process = new ProcessBuilder("sh", "-ec", command).redirectErrorStream(true).start();
    String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(command + "\n" + told).isZero();
  }
}
