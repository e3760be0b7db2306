package org.networkfission.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.jobs.cluster.TestCluster;
import org.networkfission.jobs.train.checkpoint.Checkpoint;
import org.networkfission.model.backend.cuda.StandIn;

/**
 * Replicas in executor processes, each on a GPU that Spark gave it: stand-ins 0 and 1, between
 * which NCCL's stand-in carries slices.
 */
@Tag("slow")
class LostGpuIT {
  @TempDir Path folder;

  /** Tells the first host that asks of GPU 0, and the second of GPU 1. */
  private static final String DISCOVERY =
      """
      #!/bin/sh
      for number in 0 1; do
        if mkdir "$0-$number" 2>/dev/null; then
          echo "{\\"name\\": \\"gpu\\", \\"addresses\\": [\\"$number\\"]}"
          exit
        fi
      done
      exit 1
      """;

  private Path discovery() throws IOException {
    Path script = Files.writeString(folder.resolve("discover"), DISCOVERY);
    return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
  }

  @Test
  void theRunGoesOnFromItsCheckpoint() throws Exception {
    StandIn.fault("");
    TinyDataset.write(folder.resolve("tiny"), 11);
    TinyRun tiny =
        new TinyRun(
            "train.dataset=" + folder.resolve("tiny"),
            "train.steps=12",
            "train.log-every=1",
            "train.checkpoint.every=4",
            "train.start-timeout=5m",
            "train.exchange.step-timeout=60s",
            "network.precision=float32");
    Checkpoint whole =
        tiny.job(
                folder.resolve("whole"),
                new PrintWriter(new StringWriter(), true),
                "network.compute=cuda")
            .execute()
            .checkpoint();

    Path lost = folder.resolve("lost");
    StringWriter told = new StringWriter();
    PrintWriter out =
        new PrintWriter(told, true) {
          private boolean done;

          @Override
          public void println(String line) {
            super.println(line);
            if (line.startsWith("step 6/") && !done) {
              done = true;
              try {
                Files.createFile(lost);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            }
          }
        };
    Map<String, String> environment =
        Map.of(
            "FISSION_CUDA_LIBRARIES",
            StandIn.folder().toString(),
            "STAND_IN_GPUS",
            "2",
            "STAND_IN_LOST",
            lost.toString());
    Checkpoint disturbed =
        tiny.job(
                folder.resolve("disturbed"),
                TestCluster.withGpus(2, discovery(), environment),
                out,
                "network.compute=auto")
            .execute()
            .checkpoint();

    assertThat(lost).as("whoever took it lost its GPU").doesNotExist();
    assertThat(told.toString())
        .containsPattern("going on from step (4|8) ")
        .contains("slices of gradient and parameters go from GPU to GPU by NCCL 2.29.7");
    assertThat(disturbed.state().arithmetic())
        .hasSize(2)
        .allSatisfy(one -> assertThat(one.library()).startsWith("cuDNN "));
    assertThat(disturbed.state().step()).isEqualTo(12);
    assertThat(disturbed.state().checksum()).isEqualTo(whole.state().checksum());
  }
}
