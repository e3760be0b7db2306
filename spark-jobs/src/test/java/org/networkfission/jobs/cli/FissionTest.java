package org.networkfission.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class FissionTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    return Fission.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
  }

  @Test
  void printsTheResolvedConfiguration() {
    assertThat(run("config", "cluster.executors=9")).isZero();
    assertThat(out.toString()).contains("executors=9").contains("cores-per-executor=1");
  }

  @Test
  void anUnknownKeyIsAUsageErrorWithoutAStackTrace() {
    assertThat(run("config", "cluster.executrs=9")).isEqualTo(2);
    assertThat(err.toString())
        .isEqualToNormalizingNewlines(
            "fission: Cannot use the configuration: unknown key cluster.executrs (command line);"
                + " the nearest known key is cluster.executors\n");
  }

  @Test
  void verboseShowsWhere() {
    assertThat(run("config", "--verbose", "cluster.executrs=9")).isEqualTo(2);
    assertThat(err.toString()).contains("at org.networkfission");
  }

  @Test
  void anUnknownCommandIsAUsageError() {
    assertThat(run("trian")).isEqualTo(2);
    assertThat(err.toString()).startsWith("fission: unknown command trian; the nearest is train\n");
    assertThat(run("inspect", "datasett")).isEqualTo(2);
    assertThat(err.toString()).contains("unknown command datasett; the nearest is dataset");
  }

  @Test
  void everyMissingKeyIsNamedAtOnce() {
    assertThat(run("predict")).isEqualTo(2);
    assertThat(err.toString())
        .contains("3 problems")
        .contains("predict.checkpoint is missing")
        .contains("predict.input is missing")
        .contains("predict.output is missing");
    assertThat(run("train")).isEqualTo(2);
    assertThat(err.toString()).contains("train.dataset is missing").contains("train.output");
    assertThat(run("evaluate")).isEqualTo(2);
    assertThat(err.toString()).contains("evaluate.checkpoint").contains("evaluate.output");
  }

  @Test
  void rowsWithoutAFileSayWhereTo() {
    assertThat(run("inspect", "dataset", "nowhere", "--rows", "4")).isEqualTo(2);
    assertThat(err.toString()).contains("--rows draws a picture: say where to with --out FILE.png");
  }

  @Test
  void inspectTakesAConfiguration() {
    assertThat(run("inspect", "dataset", "nowhere", "--conf", "no-such.conf")).isEqualTo(2);
    assertThat(err.toString()).contains("no file no-such.conf");
  }

  @Test
  void sizesAreShownAsTheyWereGiven() {
    assertThat(run("prepare", "prepare.shard-size=256KiB")).isEqualTo(2);
    assertThat(err.toString())
        .contains("prepare.shard-size = 256KiB: must be")
        .doesNotContain("ConfigMemorySize");
  }

  @Test
  void aNetworkThatCannotBeIsToldWithoutJavasNames() {
    assertThat(run("config", "network.width=33", "network.tasks=[]")).isEqualTo(2);
    assertThat(err.toString()).contains("network.").doesNotContain("Spec[");
  }

  @Test
  void everyCommandHasHelp() {
    assertThat(run("config", "--help")).isZero();
    assertThat(out.toString()).contains("--conf").contains("key=value");
  }
}
