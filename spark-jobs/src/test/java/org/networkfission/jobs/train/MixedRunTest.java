package org.networkfission.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
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
import org.networkfission.prep.frame.TruthKind;
import org.networkfission.prep.labels.ClassMap;
import org.networkfission.prep.labels.ClassMapFile;
import org.networkfission.prep.labels.ClassMaps;
import org.networkfission.prep.settings.ConfigException;
import org.networkfission.prep.shard.Example;

/** Two data sets in one training: one without labels, one without depth. */
class MixedRunTest {
  private static final Configuration HADOOP = new Configuration();
  private static final List<String> SPLITS = List.of("train", "val");

  @TempDir static Path data;
  @TempDir Path folder;
  private final StringWriter told = new StringWriter();

  @BeforeAll
  static void write() throws Exception {
    write("shapes", EnumSet.of(TruthKind.DEPTH, TruthKind.NORMALS));
    write("names", EnumSet.of(TruthKind.LABELS, TruthKind.NORMALS));
  }

  private static void write(String name, Set<TruthKind> truth) throws Exception {
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
    assertThat(folder.resolve("whole/training.html"))
        .content()
        .contains("Labels by data set", "Normals by data set", "Depth by data set")
        .contains("Normals by data set: below-30", "step 3: shapes ", "step 15: names ");
  }

  @Test
  void dataThatWerePreparedAnewAreNotTheSame() throws Exception {
    write("anew", EnumSet.allOf(TruthKind.class));
    String datasets = "[{path=@anew,weight=1},{path=@names,weight=1}]";
    job("run", datasets, "train.steps=2").execute();
    TinyDataset.write(
        Files.createDirectory(data.resolve("other")),
        9,
        SPLITS,
        i -> 4,
        EnumSet.allOf(TruthKind.class),
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

  private static ClassMap classes(String name, List<String> names) throws Exception {
    StringBuilder csv = new StringBuilder("id,name,color,train_id\n0,void,#000000,0\n");
    for (int i = 0; i < names.size(); i++) {
      csv.append("%d,%s,#0000%02x,%d\n".formatted(i + 1, names.get(i), i + 1, i + 1));
    }
    Path file = data.resolve(name + ".csv");
    Files.writeString(file, csv);
    return ClassMapFile.read(new org.apache.hadoop.fs.Path(file.toUri()), HADOOP);
  }

  /** The names of NYUDv2's 13 classes, the last one first. */
  private static List<String> reversed() {
    List<String> names = new ArrayList<>(ClassMaps.named("nyu13").classNames());
    names.remove(0);
    Collections.reverse(names);
    return names;
  }

  private static Example reversed(Example row) {
    byte[] labels = row.labels().clone();
    for (int i = 0; i < labels.length; i++) {
      labels[i] = (byte) (labels[i] == 0 ? 0 : 14 - labels[i]);
    }
    return withLabels(row, labels);
  }

  private static Example withLabels(Example e, byte[] labels) {
    return new Example(
        e.frameKey(),
        e.dataset(),
        e.split(),
        e.unit(),
        e.width(),
        e.height(),
        e.fx(),
        e.fy(),
        e.cx(),
        e.cy(),
        e.color(),
        e.depth(),
        labels,
        e.normals(),
        e.holeFraction(),
        e.source());
  }

  /** A data set's classes have other numbers, in its manifest and in its rows: nothing differs. */
  @Test
  void classesAreMappedByTheirNames() throws Exception {
    Set<TruthKind> all = EnumSet.allOf(TruthKind.class);
    ClassMap nyu13 = ClassMaps.named("nyu13");
    TinyDataset.write(data.resolve("first"), 4, SPLITS, i -> i, all, nyu13);
    TinyDataset.write(folder.resolve("a/second"), 4, SPLITS, i -> 9 + i, all, nyu13);
    TinyDataset.write(
        folder.resolve("b/second"),
        4,
        SPLITS,
        i -> 9 + i,
        all,
        classes("reversed", reversed()),
        MixedRunTest::reversed);
    String[] few = {
      "train.steps=6", "losses.labels.balance=median", "train.sampling=repeat-factor"
    };
    List<Long> checksums = new ArrayList<>();
    List<Double> scores = new ArrayList<>();
    for (String second : List.of("a", "b")) {
      String datasets =
          "[{path=@first,weight=1},{path=%s/%s/second,weight=2}]".formatted(folder, second);
      Checkpoint checkpoint = job("run-" + second, datasets, few).execute().checkpoint();
      checksums.add(checkpoint.state().checksum());
      var output = new org.apache.hadoop.fs.Path(folder.resolve("run-" + second).toUri());
      scores.add(RunLog.validations(output, HADOOP).get(0).score());
      assertThat(checkpoint.state().classMap()).isEqualTo("nyu13");
    }
    assertThat(checksums.get(1)).isEqualTo(checksums.get(0));
    assertThat(scores.get(1)).isEqualTo(scores.get(0));
  }

  @Test
  void classesOfOtherNamesAreRefused() throws Exception {
    List<String> names = reversed();
    names.set(2, "aquarium");
    TinyDataset.write(
        data.resolve("fish"),
        4,
        SPLITS,
        i -> i,
        EnumSet.allOf(TruthKind.class),
        classes("zoo", names));

    assertThatThrownBy(
            () -> job("refused", "[{path=@names,weight=1},{path=@fish,weight=1}]").execute())
        .isInstanceOf(InputException.class)
        .hasMessageContaining("Cannot train on " + data + "/fish (class map ")
        .hasMessageContaining(
            ") together with %s/names (class map nyu13): the latter has no class of the name aquarium; prepare both with one class map"
                .formatted(data));
    assertThat(folder.resolve("refused")).doesNotExist();
  }

  @Test
  void imagesOfOtherSizesAreRefused() throws Exception {
    TinyDataset.write(
        data.resolve("flat"),
        4,
        SPLITS,
        i -> i,
        EnumSet.allOf(TruthKind.class),
        ClassMaps.named("nyu13"),
        MixedRunTest::flat);

    assertThatThrownBy(
            () -> job("refused", "[{path=@names,weight=1},{path=@flat,weight=1}]").execute())
        .isInstanceOf(InputException.class)
        .hasMessage(
            "Cannot train on %s/flat together with %s/names: its images are 64x16, the latter's 32x32; prepare both with one prepare.size"
                .formatted(data, data));
    assertThat(folder.resolve("refused")).doesNotExist();
  }

  /** As many pixels, but in other rows. */
  private static Example flat(Example e) {
    return new Example(
        e.frameKey(),
        e.dataset(),
        e.split(),
        e.unit(),
        2 * e.width(),
        e.height() / 2,
        e.fx(),
        e.fy(),
        e.cx(),
        e.cy(),
        e.color(),
        e.depth(),
        e.labels(),
        e.normals(),
        e.holeFraction(),
        e.source());
  }

  @Test
  void aRunThatBeginsFromOneOfOtherDataSaysSo() throws Exception {
    write("before", EnumSet.allOf(TruthKind.class));
    TinyDataset.write(data.resolve("after"), 9, SPLITS, i -> 4);
    job("first", "[{path=@before,weight=1}]", "train.steps=1").execute();
    String from = "train.initialise.from=" + folder.resolve("first");
    job("same", "[{path=@before,weight=1}]", "train.steps=1", from).execute();
    assertThat(told.toString()).doesNotContain("learned from other data");
    job("second", "[{path=@after,weight=1}]", "train.steps=1", from).execute();
    assertThat(told.toString())
        .contains(
            "%s learned from other data: data %s/before (manifest "
                .formatted(folder.resolve("first"), data))
        .contains(") and not %s/after (manifest ".formatted(data));
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
