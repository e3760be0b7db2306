package org.networkfission.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.prep.settings.Json;

/**
 * {@code bench predict} compares the product with the runtimes of its exported files in one run.
 */
class BenchPredictCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir Path folder;

  private int run(String... args) {
    return Fission.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
  }

  @Test
  void theNetworkStandsBesideItsExportedFiles() throws IOException {
    Path json = folder.resolve("bench.json");

    assertThat(
            run(
                "bench",
                "predict",
                "--rounds",
                "2",
                "--json",
                json.toString(),
                "network.encoder=mobilenet-v3-small",
                "network.decoder-width=64",
                "network.width-multiplier=0.25",
                "network.width=64",
                "network.height=64"))
        .as(err.toString())
        .isZero();

    JsonNode results = Json.MAPPER.readTree(json.toFile());
    assertThat(results.findValuesAsText("name"))
        .containsExactly(
            "network",
            "ONNX float16",
            "ONNX float32",
            "TFLite float16",
            "TFLite float32",
            "TFLite int8");
    for (JsonNode result : results) {
      String name = result.get("name").asText();
      assertThat(result.get("bestMillis").asDouble()).as(name).isGreaterThan(0);
      assertThat(result.get("millis").asDouble())
          .as(name)
          .isGreaterThanOrEqualTo(result.get("bestMillis").asDouble());
      assertThat(result.get("bytes").asLong() > 0).as(name).isEqualTo(!name.equals("network"));
      assertThat(result.get("distance").asDouble())
          .as(name)
          .isLessThan(name.endsWith("int8") ? 0.5 : name.endsWith("16") ? 1e-1 : 1e-4);
      assertThat(out.toString()).contains(name);
    }
    assertThat(out.toString()).contains("mobilenet-v3-small, mid fission, 64 x 64, 1 threads");
  }

  @Test
  void itsOptionsAreChecked() {
    assertThat(run("bench", "predict", "--rounds", "0")).isEqualTo(Fission.USAGE);
    assertThat(err.toString()).contains("--threads and --rounds must be 1 or more");
    assertThat(run("bench", "predict", "--formats", "torch")).isEqualTo(Fission.USAGE);
  }
}
