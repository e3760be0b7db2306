package org.networkfission.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.networkfission.jobs.train.checkpoint.Checkpoint;
import org.networkfission.model.backend.cuda.StandIn;
import org.networkfission.model.graph.FissionNetwork;
import org.networkfission.prep.settings.ConfigException;

/** The whole job on GPUs: its replicas, in threads of Spark's local mode, share the stand-in. */
class GpuRunTest {
  @TempDir static Path datasets;
  @TempDir Path folder;

  @BeforeAll
  static void prepare() throws Exception {
    StandIn.use();
    TinyDataset.write(datasets.resolve("tiny"), 11);
  }

  private final StringWriter told = new StringWriter();

  private Checkpoint run(String output, String compute, int steps, String... more)
      throws Exception {
    List<String> settings =
        new ArrayList<>(List.of("network.compute=" + compute, "train.steps=" + steps));
    settings.addAll(List.of(more));
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
            folder.resolve(output), new PrintWriter(told, true), settings.toArray(String[]::new))
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

  @ParameterizedTest
  @ValueSource(strings = {"none", "synchronised"})
  void fromGpuToGpuSlicesHaveTheBitsOfTheExchange(String batchNorm) throws Exception {
    String norm = "network.batch-norm=" + batchNorm;
    Checkpoint host = run("host", "cuda", 2, norm);
    assertThat(told.toString())
        .contains("go through the hosts' memory: replicas 0 and 1 share GPU-");
    Checkpoint direct = run("direct", "cuda", 2, norm, "train.exchange.gpu=nccl");
    assertThat(told.toString()).contains("go from GPU to GPU by NCCL 2.29.7");

    assertThat(direct.state().checksum()).isEqualTo(host.state().checksum());
  }

  @Test
  void ncclIsRefusedBeforeTheFirstStepWhereItCannotBe() throws Exception {
    assertThatThrownBy(() -> run("refused", "onednn", 2, "train.exchange.gpu=nccl"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(
            "train.exchange.gpu = nccl: must be auto or host where network.compute is onednn");
    assertThatThrownBy(() -> run("refused", "auto", 2, "train.exchange.gpu=nccl"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("train.exchange.gpu = nccl: replica 0 (")
        .hasMessageContaining(") computes on the processor; auto and host go");
    assertThat(folder.resolve("refused/checkpoints")).doesNotExist();

    StandIn.fault("duplicate");
    try {
      assertThatThrownBy(() -> run("duplicate", "cuda", 2, "train.exchange.gpu=nccl"))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("Cannot join the replicas' GPUs by NCCL")
          .hasMessageContaining("Duplicate GPU detected");
    } finally {
      StandIn.fault("");
    }
  }

  /** Whichever way slices take, before and after. */
  @Test
  void aRunThatStoppedGoesOnToTheSameBits() throws Exception {
    Checkpoint whole = run("whole", "cuda", 4);
    run("stopped", "cuda", 1);
    run("stopped", "cuda", 2, "train.exchange.gpu=nccl");
    Checkpoint stopped = run("stopped", "cuda", 4, "train.exchange.gpu=nccl");

    assertThat(stopped.state().checksum()).isEqualTo(whole.state().checksum());
  }
}
