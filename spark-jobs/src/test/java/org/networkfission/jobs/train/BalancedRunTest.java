package org.networkfission.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.networkfission.jobs.train.checkpoint.Checkpoint;
import org.networkfission.prep.settings.ConfigException;

/** Runs whose tasks' weights find themselves. */
class BalancedRunTest {
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
            "train.steps=4",
            "train.log-every=2",
            "losses.dwa.every=1");
    return tiny.job(folder.resolve(output), new PrintWriter(told, true), more)
        .execute()
        .checkpoint();
  }

  @ParameterizedTest
  @ValueSource(strings = {"uncertainty", "dwa", "gradnorm", "pcgrad"})
  void aRunThatStoppedGoesOnToTheSameBitsAndShowsItsWeights(String balance) throws Exception {
    Checkpoint whole = run("whole", "losses.balance=" + balance);
    run("stopped", "losses.balance=" + balance, "train.steps=3");
    Checkpoint stopped = run("stopped", "losses.balance=" + balance);

    assertThat(told.toString()).contains("going on from step 3 (", "  weights (labels ");
    assertThat(stopped.state().checksum()).isEqualTo(whole.state().checksum());
    assertThat(stopped.state().balance()).isEqualTo(whole.state().balance()).isNotNull();
    assertThat(whole.state().balance().isEmpty()).isEqualTo(balance.equals("pcgrad"));
    assertThat(Files.readString(folder.resolve("whole/training.html")))
        .contains("Weights of the tasks");
    assertThat(Files.readString(folder.resolve("whole/log/0001-000000.jsonl")))
        .contains("\"weights\":{\"labels\":");
    assertThatThrownBy(() -> run("whole", "train.steps=5"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("losses.balance = fixed: must be " + balance);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "dwa | network.tasks=normals | for a network of one task, which has nothing to balance",
        "uncertainty | train.mode=gradient-sharing | where train.mode is gradient-sharing",
        "gradnorm | losses.depth.weight=0 | where a task counts nothing (losses.depth.weight = 0)",
        "gradnorm | train.initialise.freeze=s2 | where what the tasks share does not learn",
        "pcgrad | train.initialise.freeze=enc,s1,s2,heads | where what the tasks share does not learn",
      })
  void refusesABalanceThatCannotWork(String balance, String setting, String reason) {
    String scheme = setting.startsWith("network.tasks") ? "network.scheme=single" : setting;
    assertThatThrownBy(() -> run("refused", "losses.balance=" + balance, setting, scheme))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("losses.balance = %s: must be fixed %s".formatted(balance, reason));
    assertThat(folder.resolve("refused")).doesNotExist();
  }
}
