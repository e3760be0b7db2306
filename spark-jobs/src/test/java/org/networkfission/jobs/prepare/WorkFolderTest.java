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
  private Path file;

  @BeforeEach
  void nameAFile() {
    file = new Path(folder.toUri().toString(), "units/a.json");
  }

  @Test
  void textReadsBack() throws IOException {
    WorkFolder.writeText(file, 1, "first", hadoop);
    WorkFolder.writeText(file, 2, "second", hadoop);

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
                WorkFolder.whole(
                    file,
                    1,
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
    try (var files = Files.list(folder.resolve("units"))) {
      assertThat(files).as("what is left").isEmpty();
    }
  }

  @Test
  void unitsWithSlashesHaveFilesOfTheirOwn() {
    WorkFolder work = new WorkFolder("hdfs://nn/rooms");

    assertThat(work.rows("train", "0/12").toString())
        .isEqualTo("hdfs://nn/rooms/_temporary/units/train-0%2F12.parquet");
    assertThat(work.rows("train", "0/12")).isNotEqualTo(work.rows("train", "0_12"));
  }
}
