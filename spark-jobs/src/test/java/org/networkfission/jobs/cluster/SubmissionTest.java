package org.networkfission.jobs.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.jobs.settings.ResolvedConfig;

class SubmissionTest {
  @TempDir Path folder;

  private static Properties properties(boolean resumes, String... assignments) {
    return Submission.properties(
        ResolvedConfig.load(List.of(), List.of(assignments)).settings().cluster(), resumes);
  }

  @Test
  void aDriverOnTheClusterHasItsMemoryAndNoAddressOfThisMachine() {
    Properties properties =
        properties(false, "cluster.driver-native-memory=3GiB", "cluster.spark.yarn.queue=research");

    assertThat(properties)
        .containsEntry("spark.driver.memoryOverhead", "3072m")
        .containsEntry("spark.yarn.queue", "research")
        .containsEntry("spark.yarn.maxAppAttempts", "1")
        .doesNotContainKeys("spark.master", "spark.driver.host");
    assertThat(properties(true)).containsEntry("spark.yarn.maxAppAttempts", "2");
  }

  @Test
  void theConfigurationGoesAsOneFileThatOnlyTheUserReads() throws Exception {
    Path file = folder.resolve("mine.conf");
    Files.writeString(file, "cluster.spark { \"authenticate.secret\" = sesame }\ntrain.steps = 7");
    Path ship = Files.createDirectory(folder.resolve("ship"));
    StringWriter err = new StringWriter();

    int code =
        org.networkfission.jobs.cli.Fission.run(
            new PrintWriter(new StringWriter()),
            new PrintWriter(err, true),
            "train",
            "--conf",
            file.toString(),
            "train.dataset=hdfs://nn/a b",
            "--verbose",
            "train.output=hdfs://nn/out",
            "--ship",
            ship.toString());

    assertThat(code).as(err.toString()).isZero();
    assertThat(Files.readString(ship.resolve("arguments")))
        .isEqualTo("train\0--verbose\0--conf\0fission.conf\0");
    Path shipped = ship.resolve("fission.conf");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(shipped)))
        .isEqualTo("rw-------");
    ResolvedConfig read = ResolvedConfig.load(List.of(shipped), List.of());
    assertThat(read.settings().train().steps()).isEqualTo(7);
    assertThat(read.settings().train().dataset()).contains("hdfs://nn/a b");
    assertThat(read.settings().cluster().spark()).containsEntry("authenticate.secret", "sesame");
  }
}
