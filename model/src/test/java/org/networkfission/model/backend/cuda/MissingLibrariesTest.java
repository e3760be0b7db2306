package org.networkfission.model.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.model.backend.cuda.cudnn.Cudnn;
import org.networkfission.model.backend.cuda.driver.GpuInfo;
import org.networkfission.model.backend.cuda.driver.NativeLibraries;
import org.networkfission.model.backend.cuda.nccl.Communicator;

/**
 * What a user is told who lacks a library; each in a process of its own, which loads what is there.
 */
class MissingLibrariesTest {
  /** Prints what is missing, and nothing where nothing is. */
  public static void main(String[] none) {
    System.out.print(GpuInfo.missing().or(Cudnn::missing).or(Communicator::missing).orElse(""));
  }

  /**
   * Runs it.
   *
   * @param libraries file names under which the stand-in is found, and nothing else is
   */
  private static String missing(Path folder, String... libraries) throws Exception {
    Path standIn = StandIn.folder().resolve("libcuda.so.1");
    for (String name : libraries) {
      if (!Files.exists(folder.resolve(name))) {
        Files.createSymbolicLink(folder.resolve(name), standIn);
      }
    }
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-D%s=%s".formatted(NativeLibraries.FOLDERS, folder),
                "-cp",
                classes(),
                MissingLibrariesTest.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    return said;
  }

  /** Where this test, the product and JNA lie. */
  private static String classes() throws Exception {
    StringBuilder all = new StringBuilder();
    for (Class<?> one :
        List.of(
            MissingLibrariesTest.class,
            GpuInfo.class,
            com.sun.jna.Native.class,
            org.assertj.core.api.Assertions.class,
            Test.class)) {
      all.append(Path.of(one.getProtectionDomain().getCodeSource().getLocation().toURI()))
          .append(java.io.File.pathSeparatorChar);
    }
    return all.toString();
  }

  @Test
  void noDriver(@TempDir Path folder) throws Exception {
    assertThat(missing(folder))
        .startsWith("there is no NVIDIA driver: libcuda.so.1 was looked for in [" + folder + "], ")
        .contains("the system's loader", NativeLibraries.VARIABLE);
  }

  @Test
  void noCudnn(@TempDir Path folder) throws Exception {
    assertThat(missing(folder, "libcuda.so.1"))
        .startsWith(
            "there is no cuDNN 9: libcudnn.so.9 was looked for in [" + folder + "], the system's")
        .contains(
            "pip install nvidia-cudnn-cu13", "apt-get install cudnn9-cuda-13", "org.bytedeco:cuda");
  }

  /** cuDNN would end the process. */
  @Test
  void noCublas(@TempDir Path folder) throws Exception {
    assertThat(missing(folder, "libcuda.so.1", "libcudnn.so.9"))
        .startsWith(
            "cuDNN 9.24.0 needs libcublasLt.so.13, which was looked for in [" + folder + "], ")
        .endsWith("Install it with: pip install nvidia-cublas; or apt-get install libcublas-13-0");
    assertThat(missing(folder, "libcublasLt.so.13")).doesNotContain("cuDNN");
  }

  @Test
  void noNccl(@TempDir Path folder) throws Exception {
    assertThat(missing(folder, "libcuda.so.1", "libcudnn.so.9", "libcublasLt.so.13"))
        .startsWith(
            "there is no NCCL: libnccl.so.2 was looked for in [" + folder + "], the system's")
        .endsWith(
            "Install it with: pip install nvidia-nccl-cu13 (or -cu12); or apt-get install libnccl2");
    assertThat(missing(folder, "libnccl.so.2")).isEmpty();
  }

  @Test
  void aDriverThatLacksFunctions(@TempDir Path folder) throws Exception {
    StandIn.use();
    Path source =
        Files.writeString(
            folder.resolve("old.cpp"), "extern \"C\" int cuInit(unsigned) { return 0; }");
    assertThat(compile(source, folder.resolve("libcuda.so.1"))).isZero();
    assertThat(missing(folder))
        .startsWith("the NVIDIA driver is too old: ")
        .endsWith("; CUDA 12 needs driver 525 or later");
  }

  private static int compile(Path source, Path library) throws IOException, InterruptedException {
    return new ProcessBuilder(
            "g++", "-shared", "-fPIC", "-o", library.toString(), source.toString())
        .inheritIO()
        .start()
        .waitFor();
  }
}
