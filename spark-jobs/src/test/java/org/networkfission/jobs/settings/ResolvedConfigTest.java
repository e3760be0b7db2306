package org.networkfission.jobs.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.prep.settings.ConfigException;

class ResolvedConfigTest {
  @TempDir Path folder;

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  @Test
  void defaultsBind() {
    assertThat(ResolvedConfig.load(List.of(), List.of()).settings().cluster().executors().max())
        .isEqualTo(2);
  }

  @Test
  void assignmentsWinOverLaterFilesOverEarlierFilesOverDefaults() throws IOException {
    Path first = file("first.conf", "cluster { executors = 3, cores-per-executor = 3 }");
    Path second = file("second.conf", "cluster.executors = 4");

    ResolvedConfig read = ResolvedConfig.load(List.of(first, second), List.of());
    ResolvedConfig assigned =
        ResolvedConfig.load(
            List.of(first, second), List.of("cluster.executors=5", "cluster.executors=6"));

    assertThat(read.settings().cluster().executors().max()).isEqualTo(4);
    assertThat(read.settings().cluster().coresPerExecutor()).isEqualTo(3);
    assertThat(assigned.settings().cluster().executors().max()).isEqualTo(6);
  }

  @Test
  void assignedAddressesAreText() {
    ResolvedConfig read =
        ResolvedConfig.load(List.of(), List.of("cluster.master=spark://host:7077"));

    assertThat(read.settings().cluster().master()).contains("spark://host:7077");
  }

  @Test
  void saysWhereAWrongValueWasSet() throws IOException {
    Path conf = file("mine.conf", "cluster {\n  executors = 0\n}");

    assertThatThrownBy(
            () -> ResolvedConfig.load(List.of(conf), List.of("cluster.cores-per-executr=2")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("2 problems")
        .hasMessageContaining(
            "unknown key cluster.cores-per-executr (command line); the nearest known key is"
                + " cluster.cores-per-executor")
        .hasMessageContaining("cluster.executors = 0: must be at least 1")
        .hasMessageContaining("mine.conf, line 2");
  }

  @Test
  void refusesAMissingFile() {
    assertThatThrownBy(() -> ResolvedConfig.load(List.of(folder.resolve("no.conf")), List.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("no file")
        .hasMessageContaining("no.conf");
  }

  @Test
  void refusesAnArgumentThatIsNoAssignment() {
    assertThatThrownBy(() -> ResolvedConfig.load(List.of(), List.of("executors")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("\"executors\" is not of the form key=value");
  }

  @Test
  void theResolvedTextReadsBackAsTheSameSettings() throws IOException {
    ResolvedConfig first = ResolvedConfig.load(List.of(), List.of("cluster.executors=7"));
    ResolvedConfig again =
        ResolvedConfig.load(List.of(file("resolved.conf", first.text())), List.of());

    assertThat(again.settings()).isEqualTo(first.settings());
  }

  @Test
  void secretsAreUsedAndNotShown() {
    ResolvedConfig configuration =
        ResolvedConfig.load(
            List.of(),
            List.of(
                "cluster.spark.authenticate=true",
                "cluster.spark.authenticate.secret=open sesame",
                "cluster.spark.hadoop.fs.s3a.access.key=AKIA",
                "cluster.spark.ui.enabled=true"));

    assertThat(configuration.settings().cluster().spark())
        .containsEntry("authenticate", "true")
        .containsEntry("authenticate.secret", "open sesame")
        .containsEntry("ui.enabled", "true")
        .containsEntry("hadoop.fs.s3a.access.key", "AKIA");
    assertThat(configuration.text())
        .contains("(secret)")
        .doesNotContain("open sesame")
        .doesNotContain("AKIA");
    assertThat(configuration.json().toString())
        .doesNotContain("open sesame")
        .doesNotContain("AKIA");
  }
}
