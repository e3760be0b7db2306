package org.networkfission.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.jobs.train.checkpoint.Checkpoint;
import org.networkfission.model.backend.cuda.StandIn;
import org.networkfission.model.graph.FissionNetwork;

/** The whole job on GPUs: its replicas, in threads of Spark's local mode, share the stand-in. */
class GpuRunTest {
  @TempDir static Path datasets;
  @TempDir Path folder;

  @BeforeAll
  static void prepare() throws Exception {
    StandIn.use();
    TinyDataset.write(datasets.resolve("tiny"), 11);
  }

  private Checkpoint run(String output, String compute, int steps) throws Exception {
    TinyRun tiny =
        new TinyRun(
            "train.dataset=" + datasets.resolve("tiny"),
            "train.checkpoint.every=1",
            "train.checkpoint.keep=9",
            "train.adam.epsilon=1e-2",
            "network.precision=float32",
            // Where a variance is 0, as in so small a network, it makes a rounding large.
            "network.batch-norm=none");
    return tiny.job(
            folder.resolve(output),
            new PrintWriter(new StringWriter(), true),
            "network.compute=" + compute,
            "train.steps=" + steps)
        .execute()
        .checkpoint();
  }

  private static float[] parameters(Checkpoint checkpoint) throws Exception {
    try (FissionNetwork network = checkpoint.network(new Configuration())) {
      return network.engine().parameters().read();
    }
  }

  private static double norm(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += Math.pow((double) a[i] - b[i], 2);
    }
    return Math.sqrt(sum);
  }

  /** A checkpoint is written only where both have the same parameters to the bit. */
  @Test
  void twoGpusLearnWhatTwoProcessorsLearn() throws Exception {
    Checkpoint gpus = run("gpus", "cuda", 4);
    Checkpoint processors = run("processors", "onednn", 4);

    assertThat(gpus.state().arithmetic())
        .hasSize(2)
        .allSatisfy(one -> assertThat(one.library()).startsWith("cuDNN "));
    assertThat(processors.state().arithmetic())
        .hasSize(2)
        .allSatisfy(one -> assertThat(one.library()).startsWith("oneDNN "));
    float[] begin =
        parameters(
            Checkpoint.open(
                new org.apache.hadoop.fs.Path(folder.resolve("gpus/checkpoints/00000000").toUri()),
                new Configuration()));
    float[] learned = parameters(processors);
    assertThat(norm(parameters(gpus), learned)).isLessThan(1e-5 * norm(learned, begin));
  }

  @Test
  void aRunThatStoppedGoesOnToTheSameBits() throws Exception {
    Checkpoint whole = run("whole", "cuda", 4);
    run("stopped", "cuda", 2);
    Checkpoint stopped = run("stopped", "cuda", 4);

    assertThat(stopped.state().checksum()).isEqualTo(whole.state().checksum());
  }
}
