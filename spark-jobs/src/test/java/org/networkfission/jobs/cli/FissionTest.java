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
    assertThat(err.toString()).contains("fission: ").contains("trian");
  }

  @Test
  void everyCommandHasHelp() {
    assertThat(run("config", "--help")).isZero();
    assertThat(out.toString()).contains("--conf").contains("key=value");
  }
}
