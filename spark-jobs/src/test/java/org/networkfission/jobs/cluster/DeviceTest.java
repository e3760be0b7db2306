package org.networkfission.jobs.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The GPUs of a host, as far as a host without any can tell. */
class DeviceTest {
  private static final Path SCRIPT = Path.of("..", "submit", "discover-gpus").toAbsolutePath();

  @TempDir Path folder;

  @Test
  void readsTheAddressesThatTheDiscoveryScriptPrints() {
    assertThat(Device.number("3")).isEqualTo(3);
    assertThatThrownBy(() -> Device.number("GPU-8f2a"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("Cannot use the GPU GPU-8f2a: the discovery script must print");
  }

  private String discover(String nvidiaSmi) throws Exception {
    Path program = folder.resolve("nvidia-smi");
    Files.writeString(program, "#!/bin/sh\n" + nvidiaSmi + "\n");
    assertThat(program.toFile().setExecutable(true)).isTrue();
    ProcessBuilder builder = new ProcessBuilder(SCRIPT.toString()).redirectErrorStream(true);
    builder.environment().put("PATH", folder + ":" + builder.environment().get("PATH"));
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return process.waitFor() + " " + out.strip();
  }

  @Test
  void theDiscoveryScriptSaysWhatSparkAsksOrFails() throws Exception {
    assertThat(discover("printf '0\\n1\\n10\\n'"))
        .isEqualTo("0 {\"name\": \"gpu\", \"addresses\": [\"0\",\"1\",\"10\"]}");
    assertThat(discover("printf '2\\n'"))
        .isEqualTo("0 {\"name\": \"gpu\", \"addresses\": [\"2\"]}");
    assertThat(discover("true"))
        .isEqualTo("1 discover-gpus: Cannot list GPUs: nvidia-smi finds none");
    assertThat(discover("echo no driver; exit 9"))
        .isEqualTo("1 discover-gpus: Cannot list GPUs: nvidia-smi says: no driver");
  }
}
