package org.networkfission.jobs.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.hdfs.protocol.HdfsConstants;
import org.apache.hadoop.hdfs.protocol.QuotaExceededException;
import org.apache.hadoop.io.IOUtils;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tests' HDFS holds files, seeks in them, and a quota stops a writer. */
class TestHdfsTest {
  @TempDir static Path disk;
  private static TestHdfs hdfs;

  @BeforeAll
  static void start() throws IOException {
    hdfs = TestHdfs.start(disk);
  }

  @AfterAll
  static void stop() {
    hdfs.close();
  }

  @Test
  void aFileOfManyBlocksIsReadAnywhere() throws IOException {
    org.apache.hadoop.fs.Path file = hdfs.path("/many/blocks");
    byte[] bytes = new byte[5 << 20];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i >>> 12);
    }
    // As a job does: with a configuration that knows nothing of this cluster but the address.
    Configuration foreign = new Configuration();
    try (FSDataOutputStream out = file.getFileSystem(foreign).create(file)) {
      out.write(bytes);
    }

    try (FSDataInputStream in = file.getFileSystem(foreign).open(file)) {
      for (int at = bytes.length - 1; at >= 0; at -= 700_001) {
        in.seek(at);
        assertThat((byte) in.read()).isEqualTo(bytes[at]);
      }
    }
  }

  @Test
  void aQuotaStopsAWriter() throws IOException {
    org.apache.hadoop.fs.Path folder = hdfs.path("/small");
    hdfs.files().mkdirs(folder);
    hdfs.files().setQuota(folder, HdfsConstants.QUOTA_DONT_SET, 2 << 20);

    FSDataOutputStream out =
        hdfs.files().create(new org.apache.hadoop.fs.Path(folder, "large"), (short) 1);

    // Writing fails or closing does; with a try statement one and the same exception would be both.
    assertThatThrownBy(
            () -> {
              out.write(new byte[4 << 20]);
              out.close();
            })
        .isInstanceOf(QuotaExceededException.class);
    IOUtils.closeStream(out);
  }
}
