package org.networkfission.prep.shard;

import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.HadoopReadOptions;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
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
    return builder(file, schema, hadoop)
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

  /**
   * Opens a file, which is read with patience.
   *
   * @throws java.io.FileNotFoundException if there is none
   */
  public static ParquetFileReader open(Path file, Configuration hadoop) throws IOException {
    return ParquetFileReader.open(
        SteadyInputFile.of(file, hadoop), HadoopReadOptions.builder(hadoop, file).build());
  }

  /**
   * Begins to describe a file; the same rows give the same bytes, and a failure tells its cause.
   */
  public static ExampleParquetWriter.Builder builder(
      Path file, MessageType schema, Configuration hadoop) throws IOException {
    return ExampleParquetWriter.builder(OrderedFooter.at(file, hadoop))
        .withType(schema)
        .withConf(hadoop);
  }
}
