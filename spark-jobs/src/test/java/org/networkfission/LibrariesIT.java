package org.networkfission;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * What the build ships: every library is listed with its licence, and none is known to have holes.
 */
class LibrariesIT {
  private static final Path RUNTIME = Path.of(System.getProperty("fission.runtime"));
  private static final Path ROOT = RUNTIME.resolve("../../..").normalize();
  private static final Pattern PLATFORM =
      Pattern.compile("-(linux|macosx|windows)-(x86_64|arm64)(-\\w+)*$");
  private static final Pattern OWN = Pattern.compile("(spark-jobs|model|dataset-prep)-\\d.*");
  private static final Pattern NAME = Pattern.compile("(.+?)-(\\d[\\w.]*)(-.*)?");
  private static final List<String> LICENCES =
      List.of("Apache-2.0", "MIT", "BSD", "CC0-1.0", "EPL-1.0", "CDDL-1.1");

  private static SortedSet<String> shipped() throws IOException {
    try (var jars = Files.list(RUNTIME.resolve("lib"))) {
      return jars.map(jar -> jar.getFileName().toString())
          .filter(name -> name.endsWith(".jar"))
          .map(name -> PLATFORM.matcher(name.substring(0, name.length() - 4)).replaceFirst(""))
          .filter(name -> !OWN.matcher(name).matches())
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  @Test
  void everyLibraryIsListedWithALicenceThatFits() throws IOException {
    SortedSet<String> listed = new TreeSet<>();
    for (String line : Files.readAllLines(ROOT.resolve("THIRD-PARTY.md"))) {
      String[] cells = line.split(" *\\| *", -1);
      if (cells.length == 4 && NAME.matcher(cells[1]).matches()) {
        listed.add(cells[1]);
        assertThat(Arrays.asList(cells[2].split(" or ", -1)))
            .as("licences of %s, of which one must fit Apache-2.0", cells[1])
            .containsAnyElementsOf(LICENCES);
      }
    }
    assertThat(shipped()).as(".ci/third-party writes THIRD-PARTY.md anew").isEqualTo(listed);
  }

  @Test
  void noLibraryIsKnownToHaveHoles() throws IOException {
    List<String> problems = new ArrayList<>();
    for (String line : Files.readAllLines(ROOT.resolve(".ci/vulnerable-libraries"))) {
      if (line.startsWith("#") || line.isBlank()) {
        continue;
      }
      String[] known = line.split(" ", 3);
      for (String library : shipped()) {
        Matcher parts = NAME.matcher(library);
        if (parts.matches()
            && parts.group(1).equals(known[0])
            // DL4J's shaded copies have its version.
            && !parts.group(2).startsWith("1.0.0")
            && isOlder(parts.group(2), known[1])) {
          problems.add("%s: %s; %s has none".formatted(library, known[2], known[1]));
        }
      }
    }
    assertThat(problems).isEmpty();
  }

  @Test
  void versionsAreComparedAsNumbers() {
    assertThat(isOlder("4.5.2", "4.5.13")).isTrue();
    assertThat(isOlder("4.5.13", "4.5.13")).isFalse();
    assertThat(isOlder("3.11.1", "3.9.0")).isFalse();
    assertThat(isOlder("2.19.0", "2.12.0")).isFalse();
    assertThat(isOlder("20160212", "20231013")).isTrue();
  }

  private static boolean isOlder(String version, String fixed) {
    String[] a = version.split("\\.", -1);
    String[] b = fixed.split("\\.", -1);
    for (int i = 0; i < Math.max(a.length, b.length); i++) {
      int order = Integer.compare(number(a, i), number(b, i));
      if (order != 0) {
        return order < 0;
      }
    }
    return false;
  }

  private static int number(String[] parts, int i) {
    String digits = i < parts.length ? parts[i].replaceAll("\\D.*", "") : "";
    return digits.isEmpty() ? 0 : Integer.parseInt(digits);
  }
}
