package org.networkfission.jobs.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.jobs.config.Layers;
import org.networkfission.prep.commit.OutputRecord;
import org.networkfission.prep.settings.ConfigException;

/** A study's table holds trainings of one set of settings only, whatever its folder holds. */
class RowRunTest {
  private static final Configuration HADOOP = new Configuration();

  @TempDir Path folder;
  private String file;

  @BeforeEach
  void writeStudy() throws IOException {
    write("");
  }

  /**
   * @param first further settings of the first row
   */
  private void write(String first) throws IOException {
    Path study = folder.resolve("two.conf");
    Files.writeString(
        study,
        """
        include classpath("conf/studies/base/scenenet.conf")
        network { scheme = mid, tasks = [labels, normals] }
        study {
          columns = [normals/below-30]
          rows = [
            { id = first, set { losses.normals.weight = 2, %s } }
            { id = second, initialise = first, set { losses.normals.weight = 3 } }
          ]
        }
        """
            .formatted(first));
    file = study.toString();
  }

  private Layers given(String... more) {
    return Layers.of(
        List.of(),
        Stream.concat(
                Stream.of(
                    "study.output=file:" + folder.resolve("out"),
                    "study.datasets.scenenet=file:" + folder.resolve("data")),
                Stream.of(more))
            .toList());
  }

  private RowRun row(int index, int repetition, String... more) {
    StudyRow row = StudyReader.read(file, given(more)).entries().get(index).row();
    return RowRun.of(row, repetition, "file:" + folder.resolve("out"));
  }

  private void run(List<String> rows, String... more) throws Exception {
    new StudyJob(file, rows, 1, given(more), new PrintWriter(new StringWriter())).execute();
  }

  @Test
  void whatDecidesItIsWrittenOnce() throws Exception {
    RowRun run = row(0, 0);
    run.begin(HADOOP);
    Path written = folder.resolve("out/two/first/seed-1/row.json");
    FileTime before = FileTime.fromMillis(1_000_000);
    Files.setLastModifiedTime(written, before);
    String content = Files.readString(written);

    run.begin(HADOOP);
    assertThatThrownBy(() -> row(0, 0, "train.steps=41").begin(HADOOP))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("row two/first/seed-1 was begun with other settings")
        .hasMessageContaining("train.steps = 41 (");

    assertThat(Files.getLastModifiedTime(written)).isEqualTo(before);
    assertThat(Files.readString(written)).isEqualTo(content);
  }

  /** Earlier versions left the file empty where they were killed as they wrote it. */
  @Test
  void anEmptyOneIsWrittenAgain() throws Exception {
    Path written = folder.resolve("out/two/first/seed-1/row.json");
    Files.createDirectories(written.getParent());
    Files.write(written, new byte[0]);

    row(0, 0).begin(HADOOP);

    assertThat(Files.readString(written)).contains("\"learning-rate\"");
  }

  @Test
  void aSeedThatIsNotAskedForThisTimeIsCheckedToo() throws Exception {
    row(0, 1, "train.steps=41").begin(HADOOP);

    assertThatThrownBy(() -> run(List.of("first")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(
            "row two/first/seed-101 was begun with other settings: train.steps =");
  }

  @Test
  void aRowThatIsNotChosenIsCheckedToo() throws Exception {
    row(1, 0, "evaluate.weights=average").begin(HADOOP);

    assertThatThrownBy(() -> run(List.of("first")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("row two/second/seed-1 was begun with other settings: weights =");
  }

  /** It stays finished where that row is deleted and trained again otherwise. */
  @Test
  void aRowDependsOnTheSettingsOfTheOneThatItBeginsFrom() throws Exception {
    row(1, 0).begin(HADOOP);
    write("train.adam.beta1 = 0.8");

    assertThatThrownBy(() -> run(List.of("first")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(
            "row two/second/seed-1 was begun with other settings: before.train.adam");
  }

  @Test
  void aRowOfDataThatWerePreparedAnewIsRefused() throws Exception {
    Path data = Files.createDirectories(folder.resolve("data"));
    Files.writeString(data.resolve("manifest.json"), "{}");
    row(0, 0).begin(HADOOP);
    row(0, 0).begin(HADOOP);
    Files.writeString(data.resolve("manifest.json"), "{ }");

    assertThatThrownBy(() -> run(List.of("second")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("row two/first/seed-1 was begun with other settings: manifest.file:")
        .hasMessageContaining(data + " = ");
  }

  @Test
  void aFinishedRowThatDoesNotSayItsSettingsIsRefused() throws Exception {
    RowRun run = row(0, 0);
    Path report = Files.createDirectories(folder.resolve("out/two/first/seed-1/report"));
    Files.writeString(report.resolve(OutputRecord.FILE_NAME), "{\"files\": []}");

    assertThat(run.finished(HADOOP)).isTrue();
    assertThatThrownBy(() -> run(List.of("second")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(
            "row two/first/seed-1 was begun with other settings: not known (no row.json)");
  }
}
