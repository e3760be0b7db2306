package org.networkfission.jobs.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkFolderTest {
  @TempDir java.nio.file.Path folder;
  private final Configuration hadoop = new Configuration();
  private WorkFolder work;
  private Path file;

  @BeforeEach
  void nameAFile() {
    work = new WorkFolder(folder.toUri().toString());
    file = work.summary("train", "a");
  }

  @Test
  void textReadsBack() throws IOException {
    work.writeText(file, "first", hadoop);
    work.writeText(file, "second", hadoop);

    assertThat(WorkFolder.readText(file, hadoop)).isEqualTo("second");
  }

  @Test
  void aMissingTextIsNull() throws IOException {
    assertThat(WorkFolder.readText(file, hadoop)).isNull();
  }

  @Test
  void aFileThatWasNotWrittenToTheEndNeverAppears() throws IOException {
    assertThatThrownBy(
            () ->
                work.whole(
                    file,
                    hadoop,
                    growing -> {
                      try (OutputStream out = growing.getFileSystem(hadoop).create(growing)) {
                        out.write(1);
                      }
                      throw new IOException("disk full");
                    }))
        .isInstanceOf(IOException.class)
        .hasMessage("disk full");

    assertThat(WorkFolder.readText(file, hadoop)).isNull();
    try (var files = Files.walk(folder)) {
      assertThat(files.filter(Files::isRegularFile)).as("what is left").isEmpty();
    }
  }

  @Test
  void unitsWithSlashesHaveFilesOfTheirOwn() {
    WorkFolder rooms = new WorkFolder("hdfs://nn/rooms");

    assertThat(rooms.rows("train", "0/12").toString())
        .isEqualTo("hdfs://nn/rooms/_temporary/units/train-0%2F12.parquet");
    assertThat(rooms.rows("train", "0/12")).isNotEqualTo(rooms.rows("train", "0_12"));
  }
}
