package org.networkfission.jobs.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.networkfission.model.backend.cuda.driver.NativeLibraries;

/**
 * Every convolution of every shipped network has a plan of the real cuDNN on described GPUs, in
 * every precision. {@code -Dcudnn=DIR} names a folder into which the wheels nvidia-cudnn-cu13 (9.8
 * or later), nvidia-cublas and nvidia-cuda-nvrtc were unpacked.
 */
class CudnnPlansTest {
  @Test
  void everyConvolutionIsPlanned() throws Exception {
    String folder = System.getProperty("cudnn", "");
    assumeTrue(!folder.isEmpty(), "no cuDNN: -Dcudnn=DIR names a folder with its wheels");
    Path root = Path.of(folder).toAbsolutePath();
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add(
        "-D%s=%s:%s"
            .formatted(
                NativeLibraries.FOLDERS,
                root.resolve("nvidia/cudnn/lib"),
                root.resolve("nvidia/cu13/lib")));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(CudnnPlans.class.getName());
    try (var networks = Files.list(Path.of("../conf/networks"))) {
      networks.sorted().forEach(file -> command.add(file.toString()));
    }
    // A process of its own: in this one the stand-in may be what answers to cuDNN's names.
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
  }
}
