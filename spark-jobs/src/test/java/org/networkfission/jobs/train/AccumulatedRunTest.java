package org.networkfission.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.networkfission.jobs.cluster.TestProcessor;
import org.networkfission.jobs.train.checkpoint.Checkpoint;
import org.networkfission.model.graph.FissionNetwork;
import org.networkfission.model.network.ComputePrecision;
import org.networkfission.prep.settings.ConfigException;

/** Runs whose steps take several minibatches, one after the other. */
class AccumulatedRunTest {
  @TempDir static Path datasets;
  @TempDir Path folder;

  private final StringWriter told = new StringWriter();

  @BeforeAll
  static void writeDataset() throws Exception {
    TinyDataset.write(datasets.resolve("tiny"), 11);
  }

  private Checkpoint run(String output, String... more) throws Exception {
    TinyRun tiny =
        new TinyRun(
            "train.dataset=" + datasets.resolve("tiny"),
            "train.steps=3",
            "train.log-every=1",
            "train.adam.epsilon=1e-2");
    return tiny.job(folder.resolve(output), new PrintWriter(told, true), more)
        .execute()
        .checkpoint();
  }

  private static float[] parameters(Checkpoint checkpoint) throws Exception {
    try (FissionNetwork network = checkpoint.network(new Configuration())) {
      return network.engine().parameters().read();
    }
  }

  @ParameterizedTest
  @CsvSource({"uncertainty, image", "pcgrad, reference"})
  void severalMinibatchesCountAsOne(String balance, String normalisation) throws Exception {
    String[] settings = {
      "network.batch-norm=none",
      "network.dropout=0",
      "losses.balance=" + balance,
      "losses.normalisation=" + normalisation,
      "train.steps=2",
      "train.global-batch-size=8"
    };
    float[] joined = parameters(run("joined", settings));
    String[] accumulated = Arrays.copyOf(settings, settings.length + 1);
    accumulated[settings.length] = "train.accumulate=4";
    float[] parts = parameters(run("parts", accumulated));

    double largest = 0;
    for (int i = 0; i < joined.length; i++) {
      largest = Math.max(largest, Math.abs(joined[i] - parts[i]));
    }
    assertThat(largest).isCloseTo(0, within(1e-6));
    assertThat(Files.readString(folder.resolve("parts/training.html")))
        .contains("2 replicas of 1, 4 a step");
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "BFLOAT16"})
  void aRunThatStoppedGoesOnToTheSameBits(ComputePrecision precision) throws Exception {
    TestProcessor.require(precision);
    String in = "network.precision=" + precision.id();
    Checkpoint whole = run("whole", "train.accumulate=2", in);
    run("stopped", "train.accumulate=2", in, "train.steps=2");
    Checkpoint stopped = run("stopped", "train.accumulate=2", in);

    assertThat(told.toString()).contains("going on from step 2 (");
    assertThat(whole.state().arithmetic())
        .hasSize(2)
        .allSatisfy(one -> assertThat(one.type().name()).isEqualTo(precision.name()));
    assertThat(stopped.state().checksum()).isEqualTo(whole.state().checksum());
    assertThat(whole.state().examples()).isEqualTo(3 * 2 * 2 * 2);
    assertThatThrownBy(() -> run("stopped", "train.accumulate=1", in, "train.steps=5"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("train.accumulate");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "train.global-batch-size=6 | must be a multiple of cluster.executors = 2 times train.accumulate = 4",
        "train.mode=gradient-sharing | must be 1 where train.mode is gradient-sharing",
      })
  void refusesWhatCannotBeAccumulated(String setting, String reason) {
    assertThatThrownBy(() -> run("refused", "train.accumulate=4", setting))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(reason);
    assertThat(folder.resolve("refused")).doesNotExist();
  }
}
