package org.networkfission.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.networkfission.jobs.train.checkpoint.Checkpoint;
import org.networkfission.jobs.train.log.Generation;
import org.networkfission.jobs.train.log.RunLog;
import org.networkfission.model.graph.FissionNetwork;
import org.networkfission.prep.settings.ConfigException;

/** Runs whose number of replicas is a range. */
class ElasticRunTest {
  @TempDir static Path datasets;
  @TempDir Path folder;

  private final StringWriter told = new StringWriter();

  @BeforeAll
  static void writeDataset() throws Exception {
    TinyDataset.write(datasets.resolve("tiny"), 11);
  }

  private Checkpoint run(String output, int threads, int steps, String... more) throws Exception {
    TinyRun tiny =
        new TinyRun(
            "train.dataset=" + datasets.resolve("tiny"),
            "train.log-every=1",
            "train.adam.epsilon=1e-2",
            "train.batch-size=2",
            "cluster.executors={ min = 1, max = 4 }",
            "cluster.master=local[%d]".formatted(threads),
            "train.steps=" + steps);
    return tiny.job(folder.resolve(output), new PrintWriter(told, true), more)
        .execute()
        .checkpoint();
  }

  private static float[] parameters(Checkpoint checkpoint) throws Exception {
    try (FissionNetwork network = checkpoint.network(new Configuration())) {
      return network.engine().parameters().read();
    }
  }

  private static double apart(Checkpoint one, Checkpoint other) throws Exception {
    float[] a = parameters(one);
    float[] b = parameters(other);
    double largest = 0;
    for (int i = 0; i < a.length; i++) {
      largest = Math.max(largest, Math.abs(a[i] - b[i]));
    }
    return largest;
  }

  @Test
  void fourThenTwoThenThreeReplicasLearnWhatFourDo() throws Exception {
    // Without batch norm, which makes rounding grow.
    String[] plain = {
      "network.batch-norm=none", "train.average-decay=0.9", "train.checkpoint.every=1"
    };
    String[] fixed = {plain[0], plain[1], plain[2], "cluster.executors=4"};
    Checkpoint four = run("four", 4, 3, fixed);
    Checkpoint one = run("changing", 4, 1, plain);
    Checkpoint two = run("changing", 2, 2, plain);
    Checkpoint three = run("changing", 3, 3, plain);

    assertThat(List.of(one.state().replicas(), two.state().replicas(), three.state().replicas()))
        .containsExactly(4, 2, 3);
    // All frames have all truth: as many as there may be compute what a fixed number does.
    assertThat(one.state().checksum())
        .isEqualTo(
            Checkpoint.open(
                    new org.apache.hadoop.fs.Path(
                        folder.resolve("four/checkpoints/00000001").toUri()),
                    new Configuration())
                .state()
                .checksum());
    assertThat(three.state().examples()).isEqualTo(four.state().examples()).isEqualTo(24);
    assertThat(three.state().epoch()).isEqualTo(four.state().epoch());
    assertThat(apart(four, three)).isCloseTo(0, within(2e-6));
    assertThat(told.toString())
        .contains("2 replicas train, of at most 4")
        .contains("going on from step 1 (")
        .doesNotContain("so the order of the data differs");
    assertThat(
            RunLog.generations(
                new org.apache.hadoop.fs.Path(folder.resolve("changing").toUri()),
                new Configuration()))
        .containsExactly(
            new Generation(0, 4, ""), new Generation(1, 2, ""), new Generation(2, 3, ""));
    assertThat(Files.readString(folder.resolve("changing/training.html")))
        .contains("4 from step 0 on; 2 from step 1 on; 3 from step 2 on")
        .contains("1 to 4 replicas of 2");
  }

  /** Nothing of it depends on when a command ends. */
  @Test
  void whereTheNumberStaysTheBitsStay() throws Exception {
    Checkpoint whole = run("whole", 3, 2);
    run("stopped", 3, 1);
    assertThat(run("stopped", 3, 2).state().checksum()).isEqualTo(whole.state().checksum());
  }

  @Test
  void synchronisedBatchNormsTakeANumberThatDividesTheMost() throws Exception {
    String[] synchronised = {"network.batch-norm=synchronised", "network.dropout=0"};
    Checkpoint four = run("four", 4, 1, synchronised);
    Checkpoint three = run("three", 3, 1, synchronised);
    assertThat(three.state().replicas()).isEqualTo(2);
    assertThat(apart(four, three)).isCloseTo(0, within(1e-4));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cluster.executors.min=5 | cluster.executors.max = 4: must be at least min",
        "cluster.executors.min=0 | cluster.executors.min = 0: must be at least 1",
        "cluster.executors=0 | cluster.executors = 0: must be at least 1",
        "cluster.executors=few | cluster.executors = \"few\": must be a whole number",
        "train.mode=gradient-sharing | cluster.executors = { min = 1, max = 4 }: must be one number where train.mode is gradient-sharing",
        "train.global-batch-size=6 | train.global-batch-size = 6: must be a multiple of cluster.executors.max = 4",
      })
  void refusesByName(String setting, String reason) {
    assertThatThrownBy(() -> run("refused", 4, 2, setting))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(reason);
    assertThat(folder.resolve("refused")).doesNotExist();
  }

  @Test
  void dynamicAllocationNeedsARange() throws Exception {
    String dynamic = "cluster.spark.dynamicAllocation.enabled=true";
    assertThat(run("range", 2, 1, dynamic).state().replicas()).isEqualTo(2);
    assertThatThrownBy(() -> run("number", 2, 1, dynamic, "cluster.executors=2"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("spark.dynamicAllocation.enabled = true: must be false")
        .hasMessageContaining("give cluster.executors = { min, max }");
  }

  @Test
  void tooFewExecutorsAreNamed() {
    assertThatThrownBy(() -> run("few", 1, 2, "cluster.executors.min=2", "train.start-timeout=1s"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(
            "cluster.executors.min = 2: must be at most 1, which is what the cluster offers after 1 s");
  }
}
