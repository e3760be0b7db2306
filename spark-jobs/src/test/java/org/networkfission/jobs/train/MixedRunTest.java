package org.networkfission.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.networkfission.jobs.train.checkpoint.Checkpoint;
import org.networkfission.jobs.train.log.ProgressLine;
import org.networkfission.jobs.train.log.RunLog;
import org.networkfission.jobs.train.log.Validation;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.frame.Truth;
import org.networkfission.prep.labels.ClassMaps;
import org.networkfission.prep.settings.ConfigException;

/** Two data sets in one training: one without labels, one without depth. */
class MixedRunTest {
  private static final Configuration HADOOP = new Configuration();
  private static final List<String> SPLITS = List.of("train", "val");

  @TempDir static Path data;
  @TempDir Path folder;
  private final StringWriter told = new StringWriter();

  @BeforeAll
  static void write() throws Exception {
    write("shapes", EnumSet.of(Truth.DEPTH, Truth.NORMALS));
    write("names", EnumSet.of(Truth.LABELS, Truth.NORMALS));
  }

  private static void write(String name, Set<Truth> truth) throws Exception {
    TinyDataset.write(data.resolve(name), 9, SPLITS, i -> 3, truth, ClassMaps.named("nyu13"));
  }

  private TrainJob job(String output, String datasets, String... more) {
    TinyRun tiny =
        new TinyRun(
            "train.datasets=" + datasets.replace("@", data + "/"),
            "train.batch-size=3",
            "train.steps=30",
            "train.log-every=3",
            "train.validation.every=15",
            "train.validation.frames=3",
            "train.checkpoint.every=10",
            "train.learning-rate.initial=0.01",
            "network.dropout=0",
            "cluster.executors=2");
    return tiny.job(folder.resolve(output), new PrintWriter(told, true), more);
  }

  @Test
  void learnsAllTasksAndResumesToTheBit() throws Exception {
    String datasets = "[{path=@shapes,weight=2},{path=@names,weight=1}]";
    Checkpoint whole = job("whole", datasets).execute().checkpoint();
    job("parts", datasets, "train.steps=17", "train.checkpoint.every=17").execute();
    Checkpoint parts = job("parts", datasets).execute().checkpoint();

    assertThat(parts.state().checksum()).isEqualTo(whole.state().checksum());
    assertThat(parts.state().examples()).isEqualTo(30 * 6);
    var output = new org.apache.hadoop.fs.Path(folder.resolve("whole").toUri());
    List<ProgressLine> lines = RunLog.read(output, HADOOP);
    ProgressLine first = lines.get(0);
    ProgressLine last = lines.get(lines.size() - 1);
    for (String task : List.of("labels", "normals", "depth")) {
      assertThat(last.losses().get(task)).as(task).isLessThan(0.8 * first.losses().get(task));
    }
    assertThat(last.datasets()).containsOnlyKeys("shapes", "names");
    assertThat(last.datasets().get("shapes")).containsOnlyKeys("normals", "depth");
    assertThat(last.datasets().get("names")).containsOnlyKeys("labels", "normals");
    assertThat(told.toString()).contains("  of each data set: shapes (normals ");
    List<Validation> validations = RunLog.validations(output, HADOOP);
    assertThat(validations.get(1).frames()).isEqualTo(6);
    assertThat(validations.get(1).tasks()).containsKeys("labels", "normals", "depth");
    assertThat(validations.get(1).datasets().get("shapes")).doesNotContainKey("labels");
    assertThat(told.toString()).contains("  of names: labels mean-iou ");
  }

  @Test
  void dataThatWerePreparedAnewAreNotTheSame() throws Exception {
    write("anew", EnumSet.allOf(Truth.class));
    String datasets = "[{path=@anew,weight=1},{path=@names,weight=1}]";
    job("run", datasets, "train.steps=2").execute();
    TinyDataset.write(
        Files.createDirectory(data.resolve("other")),
        9,
        SPLITS,
        i -> 4,
        EnumSet.allOf(Truth.class),
        ClassMaps.named("nyu13"));
    Files.move(data.resolve("anew"), data.resolve("gone"));
    Files.move(data.resolve("other"), data.resolve("anew"));

    assertThatThrownBy(() -> job("run", datasets, "train.steps=3").execute())
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("SHA-256 of " + data.resolve("anew") + "/manifest.json = ")
        .hasMessageContaining("as in the checkpoint of step 2");
    job("run", datasets, "train.steps=3", "train.resume=with-changes").execute();
    assertThat(told.toString()).contains("changed since the checkpoint: SHA-256 of ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[{path=@shapes,weight=1}]|Cannot learn labels (network.tasks): no frame of *shapes has labels in split train",
        "[{path=@shapes,weight=1},{path=@missing,weight=1}]|Cannot open data set *missing: no such folder",
      })
  void dataThatDoNotFitAreRefused(String datasets, String message) {
    assertThatThrownBy(() -> job("refused", datasets).execute())
        .isInstanceOf(InputException.class)
        .hasMessageMatching(
            ".*" + java.util.regex.Pattern.quote(message).replace("*", "\\E.*\\Q") + ".*");
    assertThat(folder.resolve("refused")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({"0", "-1", "NaN"})
  void aWeightMustBeAboveNothing(String weight) {
    assertThatThrownBy(() -> job("refused", "[{path=@shapes,weight=%s}]".formatted(weight)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("train.datasets[0].weight = " + weight);
  }

  @Test
  void oneDataSetHasOneName() {
    assertThatThrownBy(
            () -> job("refused", "[{path=@shapes,weight=1}]", "train.dataset=" + data + "/names"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("train.datasets = ");
  }
}
