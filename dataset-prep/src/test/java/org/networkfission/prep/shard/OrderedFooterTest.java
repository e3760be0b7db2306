package org.networkfission.prep.shard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.KeyValue;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.Util;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.networkfission.prep.labels.ClassMaps;

/** What Parquet lists in an order that differs between two JVMs is listed in a fixed one. */
class OrderedFooterTest {
  private static final Configuration HADOOP = new Configuration();
  private static final ShardMetadata METADATA =
      ShardMetadata.of("test", ClassMaps.named("nyu13"), Map.of("b", "2", "a", "1"), "1");

  @TempDir Path folder;

  private byte[] write(int rows, int bytes) throws IOException {
    Path file = folder.resolve("shard-%d-%d.parquet".formatted(rows, bytes));
    Files.deleteIfExists(file);
    Random random = new Random(1);
    try (ShardWriter writer =
        new ShardWriter(new org.apache.hadoop.fs.Path("file:" + file), HADOOP, METADATA, 1 << 20)) {
      for (int i = 0; i < rows; i++) {
        byte[] color = new byte[bytes];
        random.nextBytes(color);
        writer.write(
            new Example(
                "key" + i,
                "d",
                "train",
                "u",
                1,
                1,
                1,
                1,
                0,
                0,
                color,
                new byte[2],
                new byte[1],
                new byte[4],
                0,
                "s"));
      }
    }
    return Files.readAllBytes(file);
  }

  private static FileMetaData footer(byte[] file) throws IOException {
    int length = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(file.length - 8);
    return Util.readFileMetaData(new ByteArrayInputStream(file, file.length - 8 - length, length));
  }

  @Test
  void listsEncodingsAndKeysInOrder() throws IOException {
    FileMetaData footer = footer(write(5, 100));
    assertThat(footer.getKey_value_metadata())
        .extracting(KeyValue::getKey)
        .isSorted()
        .hasSizeGreaterThan(6);
    int several = 0;
    for (RowGroup group : footer.getRow_groups()) {
      for (ColumnChunk column : group.getColumns()) {
        List<Integer> encodings =
            column.getMeta_data().getEncodings().stream().map(Encoding::getValue).toList();
        assertThat(encodings).isSorted();
        several += encodings.size() > 1 ? 1 : 0;
      }
    }
    assertThat(several).isPositive();
    // With Hadoop's own file system, which would put a checksum file beside it.
    assertThat(folder).isDirectoryNotContaining(file -> file.toString().endsWith(".crc"));
  }

  /** Files below and above what is held back until the end: all are read as they were written. */
  @Test
  void changesNothingElse() throws IOException {
    for (int bytes : new int[] {10, 200_000, 700_001}) {
      byte[] file = write(12, bytes);
      assertThat(file.length).isGreaterThan(12 * bytes);
      Path path = folder.resolve("shard-12-%d.parquet".formatted(bytes));
      try (ShardReader reader =
          new ShardReader(new org.apache.hadoop.fs.Path("file:" + path), HADOOP)) {
        assertThat(reader.metadata()).isEqualTo(METADATA);
        Random random = new Random(1);
        for (int i = 0; i < 12; i++) {
          byte[] color = new byte[bytes];
          random.nextBytes(color);
          Example row = reader.row(i).orElseThrow();
          assertThat(row.frameKey()).isEqualTo("key" + i);
          assertThat(row.color()).isEqualTo(color);
        }
      }
      assertThat(write(12, bytes)).isEqualTo(file);
    }
  }
}
