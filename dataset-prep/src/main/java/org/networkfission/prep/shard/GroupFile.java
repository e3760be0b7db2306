package org.networkfission.prep.shard;

import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.util.HadoopOutputFile;
import org.apache.parquet.schema.MessageType;

/**
 * Parquet files of any columns, of large rows, compressed by zstd. The same rows always give the
 * same bytes.
 */
public final class GroupFile {
  private static final int PAGE_BYTES = 1 << 20;
  private static final int MAX_ROWS_BETWEEN_CHECKS = 8;

  private GroupFile() {}

  /**
   * Begins a new file.
   *
   * @throws org.apache.hadoop.fs.FileAlreadyExistsException if it exists
   */
  public static ParquetWriter<Group> create(Path file, MessageType schema, Configuration hadoop)
      throws IOException {
    return ExampleParquetWriter.builder(new OrderedFooter(HadoopOutputFile.fromPath(file, hadoop)))
        .withType(schema)
        .withConf(hadoop)
        .withCompressionCodec(CompressionCodecName.ZSTD)
        .withRowGroupSize(ShardWriter.ROW_GROUP_BYTES)
        .withPageSize(PAGE_BYTES)
        .withMinRowCountForPageSizeCheck(1)
        .withMaxRowCountForPageSizeCheck(MAX_ROWS_BETWEEN_CHECKS)
        .withDictionaryEncoding(false)
        .withWriterVersion(ParquetProperties.WriterVersion.PARQUET_1_0)
        .withWriteMode(ParquetFileWriter.Mode.CREATE)
        .build();
  }
}
