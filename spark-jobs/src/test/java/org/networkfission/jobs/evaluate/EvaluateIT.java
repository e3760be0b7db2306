package org.networkfission.jobs.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.jobs.cluster.TestCluster;

/** The job on clusters of executor processes. */
class EvaluateIT {
  @TempDir Path folder;

  @Test
  void oneTwoAndFourExecutorsGiveTheSameFile() throws IOException {
    Path data = EvaluationInput.dataset(folder.resolve("data"), 8);
    Path run = EvaluationInput.checkpoint(folder.resolve("run"), "nyu13");

    byte[] one = metrics(run, data, 1);

    assertThat(metrics(run, data, 2)).isEqualTo(one);
    assertThat(metrics(run, data, 4)).isEqualTo(one);
  }

  private byte[] metrics(Path run, Path data, int executors) throws IOException {
    Path output = folder.resolve("report-" + executors);
    new EvaluateJob(
            EvaluationInput.settings(run, data, output, executors, 0),
            TestCluster.of(executors),
            JsonNodeFactory.instance.objectNode(),
            new PrintWriter(new StringWriter()))
        .execute();
    return Files.readAllBytes(output.resolve("metrics.json"));
  }
}
