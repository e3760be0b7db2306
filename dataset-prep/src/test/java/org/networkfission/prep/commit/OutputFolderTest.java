package org.networkfission.prep.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.settings.ConfigException;

class OutputFolderTest {
  private static final byte[] TEXT = "text".getBytes(StandardCharsets.UTF_8);
  private static final Configuration HADOOP = new Configuration();

  @TempDir Path folder;

  private OutputFolder open(String job) throws IOException {
    return OutputFolder.begin("a.key", out(), job, HADOOP);
  }

  private org.apache.hadoop.fs.Path out() {
    return new org.apache.hadoop.fs.Path(folder.resolve("out").toUri());
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .map(p -> folder.relativize(p).toString())
          .sorted()
          .toList();
    }
  }

  /** What a job that is killed leaves. */
  private void killed(String job) throws IOException {
    Path claims = folder.resolve("out/" + Lease.FOLDER);
    try (OutputFolder out = open(job)) {
      out.write("half.txt", TEXT);
      try (Stream<Path> all = Files.list(claims)) {
        Files.copy(all.findFirst().orElseThrow(), folder.resolve("claim"));
      }
      Files.copy(folder.resolve("out/half.txt"), folder.resolve("half"));
    }
    Files.createDirectories(claims);
    Files.move(folder.resolve("claim"), claims.resolve("killed.json"));
    Files.move(folder.resolve("half"), folder.resolve("out/half.txt"));
  }

  @Test
  void isFinishedWithItsRecord() throws IOException {
    try (OutputFolder out = open("draw")) {
      out.write("a/b.txt", TEXT);
      assertThat(OutputRecord.isIn(out(), HADOOP)).isFalse();
      assertThatThrownBy(() -> OutputFolder.requireFinished(out(), HADOOP))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("it is still written, or the job that wrote it was killed");
      out.commit();
    }

    assertThat(names()).containsExactly("out/_SUCCESS", "out/a/b.txt");
    OutputRecord record = OutputRecord.open(out(), HADOOP);
    assertThat(record.job()).isEqualTo("draw");
    assertThat(record.files()).containsExactly(StoredFile.of("a/b.txt", TEXT));
    assertThat(OutputRecord.read(out(), "a/b.txt", HADOOP)).hasValue(TEXT);
    assertThat(OutputRecord.read(out(), "c.txt", HADOOP)).isEqualTo(Optional.empty());
    OutputFolder.requireFinished(out(), HADOOP);
  }

  @Test
  void leavesNothingWhereTheJobFails() throws IOException {
    try (OutputFolder out = open("draw")) {
      out.write("a.txt", TEXT);
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void whatAKilledJobLeftIsGarbageForTheSameCommand() throws IOException {
    killed("draw");

    try (OutputFolder out = open("draw")) {
      out.write("a.txt", TEXT);
      out.commit();
    }

    assertThat(names()).containsExactly("out/_SUCCESS", "out/a.txt");
  }

  @Test
  void aJobThatWasKilledWhenItTookTheFolderLeftNothingOfWorth() throws IOException {
    Files.createDirectories(folder.resolve("out/" + Lease.FOLDER));

    try (OutputFolder out = open("draw")) {
      out.write("a.txt", TEXT);
      out.commit();
    }

    assertThat(names()).containsExactly("out/_SUCCESS", "out/a.txt");
  }

  /** Somebody made it, or a job that was killed before it had claimed it. */
  @Test
  void takesAnEmptyFolder() throws IOException {
    Files.createDirectory(folder.resolve("out"));

    try (OutputFolder out = open("draw")) {
      out.write("a.txt", TEXT);
      out.commit();
    }

    assertThat(names()).containsExactly("out/_SUCCESS", "out/a.txt");
  }

  @Test
  void refusesAFile() throws IOException {
    Files.write(folder.resolve("out"), TEXT);

    assertThatThrownBy(() -> open("draw"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("it exists; delete it or choose another");
  }

  @Test
  void whatAKilledJobOfAnotherKindLeftStays() throws IOException {
    killed("train");

    assertThatThrownBy(() -> open("draw"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("it exists; delete it or choose another");
    assertThat(names()).contains("out/half.txt");
  }

  @Test
  void filesThatNobodyCommitsAreDeleted() throws IOException {
    try (OutputFolder out = open("draw")) {
      out.write("a.txt", TEXT);
      Files.write(folder.resolve("out/lost-attempt.txt"), TEXT);
      out.commit();
    }
    assertThat(names()).containsExactly("out/_SUCCESS", "out/a.txt");
  }

  @Test
  void aListedFileThatIsNotThereOrShortIsSeen() throws IOException {
    try (OutputFolder out = open("draw")) {
      out.add(new StoredFile("a.txt", 5, ""));
      assertThatThrownBy(out::commit)
          .isInstanceOf(IOException.class)
          .hasMessageMatching("a.txt of \\S+ is missing, must be 5 bytes");
      Files.write(folder.resolve("out/a.txt"), TEXT);
      assertThatThrownBy(out::commit)
          .isInstanceOf(IOException.class)
          .hasMessageMatching("a.txt of \\S+ has 4 bytes, must be 5 bytes");
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aFileThatWasChangedAfterwardsIsNamed() throws IOException {
    try (OutputFolder out = open("draw")) {
      out.write("a.txt", TEXT);
      out.commit();
    }
    Files.writeString(folder.resolve("out/a.txt"), "tixt");

    assertThatThrownBy(() -> OutputRecord.read(out(), "a.txt", HADOOP))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("a.txt: it is damaged, though _SUCCESS lists it with 4 bytes");
  }

  @Test
  void refusesAFolderThatHoldsSomething() throws IOException {
    Files.createDirectory(folder.resolve("out"));
    Files.createDirectory(folder.resolve("out/mine"));

    assertThatThrownBy(() -> open("draw"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("a.key = ")
        .hasMessageContaining("it exists; delete it or choose another");
  }

  @Test
  void refusesAFolderThatAnotherJobWrites() throws IOException {
    try (OutputFolder out = open("draw")) {
      out.write("a.txt", TEXT);
      assertThatThrownBy(() -> open("draw"))
          .isInstanceOf(ConfigException.class)
          .hasMessageMatching(
              "(?s).*a.key = \\S+: job draw of \\S+ on \\S+ \\(process \\d+\\) has it since"
                  + " \\S+Z; wait for its end, or choose another");
      out.commit();
    }
    assertThat(names()).containsExactly("out/_SUCCESS", "out/a.txt");
  }

  @Test
  void aFinishedFolderIsTakenUpByTheOneAroundIt() throws IOException {
    try (OutputFolder out = open("draw")) {
      try (OutputFolder inner =
          OutputFolder.begin(
              "b.key", new org.apache.hadoop.fs.Path(out.path(), "inner"), "draw", HADOOP)) {
        inner.write("a.txt", TEXT);
        inner.commit();
      }
      out.addFinished("inner");
      out.commit();
    }
    assertThat(OutputRecord.open(out(), HADOOP).files())
        .extracting(StoredFile::path)
        .containsExactly("inner/_SUCCESS", "inner/a.txt");
    assertThat(names()).containsExactly("out/_SUCCESS", "out/inner/_SUCCESS", "out/inner/a.txt");
  }
}
