package org.networkfission.jobs.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.hdfs.protocol.HdfsConstants;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.jobs.cluster.TestHdfs;
import org.networkfission.jobs.report.Report;
import org.networkfission.prep.frame.InputException;

/** Reports on a real HDFS, by the launcher: whole or not at all. */
@Tag("slow")
class EvaluateOnHdfsIT {
  private static final int FRAMES = 48;
  private static final long PATIENCE_SECONDS = 300;

  @TempDir static Path disk;
  private static TestHdfs hdfs;
  private static FileSystem files;
  @TempDir Path local;

  @BeforeAll
  static void start() throws IOException {
    hdfs = TestHdfs.start(disk.resolve("hdfs"));
    files = hdfs.files();
    Path data = EvaluationInput.dataset(disk.resolve("data"), FRAMES);
    Path run = EvaluationInput.checkpoint(disk.resolve("run"), "nyu13");
    files.copyFromLocalFile(new org.apache.hadoop.fs.Path(data.toUri()), hdfs.path("/data"));
    files.copyFromLocalFile(new org.apache.hadoop.fs.Path(run.toUri()), hdfs.path("/run"));
  }

  @AfterAll
  static void stop() {
    hdfs.close();
  }

  private Process evaluate(String output) throws IOException {
    Path runtime = Path.of(System.getProperty("fission.runtime"));
    List<String> command = new ArrayList<>();
    command.add(runtime.resolve("../../../submit/fission").normalize().toString());
    command.addAll(
        List.of(
            "evaluate",
            "--checkpoint=" + hdfs.path("/run"),
            "--data=" + hdfs.path("/data"),
            "--output=" + hdfs.path(output),
            "evaluate.predictions=png",
            "evaluate.untrained=false",
            "cluster.executors=1",
            "cluster.executor-memory=512MiB",
            "cluster.native-memory=1GiB"));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(local.resolve("told").toFile());
    builder.environment().remove("SPARK_HOME");
    return builder.start();
  }

  private static List<String> names(String folder) throws IOException {
    return Arrays.stream(files.listStatus(hdfs.path(folder)))
        .map(FileStatus::getPath)
        .map(org.apache.hadoop.fs.Path::getName)
        .toList();
  }

  private String told() throws IOException {
    return java.nio.file.Files.readString(local.resolve("told"));
  }

  private int end(Process process) throws InterruptedException {
    assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  @Test
  void aKilledDriverLeavesNothingThatLooksFinished() throws Exception {
    files.mkdirs(hdfs.path("/killed"));
    Process driver = evaluate("/killed/report");
    // Predictions come up while executors are at work.
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (names("/killed").isEmpty()) {
      assertThat(driver.isAlive()).as("%s", told()).isTrue();
      assertThat(System.nanoTime()).as("no prediction was written in time").isLessThan(deadline);
      Thread.sleep(5);
    }
    List<ProcessHandle> executors = driver.descendants().toList();
    driver.destroyForcibly().waitFor();
    for (ProcessHandle executor : executors) {
      executor.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    assertThat(names("/killed/report")).contains("_lease").doesNotContain("_SUCCESS");
    assertThatThrownBy(() -> Report.read(hdfs.path("/killed/report"), hdfs.configuration()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("it has no _SUCCESS");

    // The same command works again.
    assertThat(end(evaluate("/killed/report"))).as("%s", told()).isZero();
    Report report = Report.read(hdfs.path("/killed/report"), hdfs.configuration());
    assertThat(report.data().frames()).isEqualTo(FRAMES);
    assertThat(names("/killed/report/predictions/depth/scenenet/val")).hasSize(FRAMES);
    assertThat(names("/killed/report"))
        .containsExactlyInAnyOrder(
            "_SUCCESS",
            "metrics.json",
            "predictions",
            "report.html",
            "report.md",
            "replicates.json",
            "provenance.json");
  }

  @Test
  void aFullDiskLeavesNothing() throws Exception {
    hdfs.files().mkdirs(hdfs.path("/full"));
    hdfs.files().setQuota(hdfs.path("/full"), HdfsConstants.QUOTA_DONT_SET, 1 << 20);

    assertThat(end(evaluate("/full/report"))).isNotZero();

    assertThat(told()).contains("quota");
    assertThat(names("/full")).isEmpty();
  }
}
