package org.networkfission.model.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The shipped PTX is that of the kernels' source, and every architecture takes it. */
class KernelsTest {
  private static final Path SOURCE = Path.of("src/main/cuda");
  private static final Path SHIPPED =
      Path.of("src/main/resources/org/networkfission/model/backend/cuda/kernels.ptx");

  private static int run(Path folder, String... command) throws IOException, InterruptedException {
    try {
      return new ProcessBuilder(command).directory(folder.toFile()).inheritIO().start().waitFor();
    } catch (IOException e) {
      return -1; // There is no such program.
    }
  }

  /** Without the names that nvcc makes of a hash of the file's path. */
  private static String text(Path ptx) throws IOException {
    return Files.readString(ptx, StandardCharsets.UTF_8)
        .replaceAll("_INTERNAL_[0-9a-f]+_", "_INTERNAL_")
        .replaceAll("kernels_cu_[0-9a-f]{8}", "kernels_cu_");
  }

  @Test
  void isWhatNvccMakesOfTheSource(@TempDir Path folder) throws Exception {
    assumeTrue(run(folder, "nvcc", "--version") == 0, "no nvcc here");
    Path made = folder.resolve("kernels.ptx");
    assertThat(run(SOURCE, "./compile", made.toString())).isZero();
    assertThat(text(made)).as("model/src/main/cuda/compile makes it anew").isEqualTo(text(SHIPPED));
  }

  @ParameterizedTest
  @ValueSource(ints = {75, 80, 86, 89, 90, 100, 103, 120, 121})
  void assemblesFor(int architecture, @TempDir Path folder) throws Exception {
    assumeTrue(run(folder, "ptxas", "--version") == 0, "no ptxas here");
    assertThat(
            run(
                folder,
                "ptxas",
                "-arch=sm_" + architecture,
                "-o",
                "kernels.cubin",
                SHIPPED.toAbsolutePath().toString()))
        .isZero();
  }

  @Test
  void everyKernelOfTheSourceIsShipped() throws IOException {
    List<String> names = StandIn.names(SOURCE);
    assertThat(names).hasSizeGreaterThan(50);
    String ptx = text(SHIPPED);
    for (String name : names) {
      assertThat(ptx).contains(".visible .entry " + name + "(");
    }
  }
}
