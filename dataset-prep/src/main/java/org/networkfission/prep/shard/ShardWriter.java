package org.networkfission.prep.shard;

import java.io.Closeable;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.OutputFile;

/**
 * Writes a shard: a Parquet file with row groups of about 32 MB, compressed by zstd. The same
 * examples always give the same bytes.
 */
public final class ShardWriter implements Closeable {
  /** The usual size of a row group. */
  public static final long ROW_GROUP_BYTES = 32L << 20;

  private static final int PAGE_BYTES = 1 << 20;

  /**
   * Rows are large: Parquet must measure pages and row groups every few rows. Its own defaults
   * measure after 100 rows and give pages of many megabytes.
   */
  private static final int MIN_ROWS_BETWEEN_CHECKS = 1;

  private static final int MAX_ROWS_BETWEEN_CHECKS = 8;

  private final ParquetWriter<Example> writer;
  private long rows;

  /**
   * Opens a new file with row groups of the usual size.
   *
   * @throws org.apache.hadoop.fs.FileAlreadyExistsException if the file exists
   */
  public ShardWriter(Path file, Configuration hadoop, ShardMetadata metadata) throws IOException {
    this(file, hadoop, metadata, ROW_GROUP_BYTES);
  }

  /**
   * Opens a new file.
   *
   * @param rowGroupBytes about how large row groups become, before compression
   * @throws org.apache.hadoop.fs.FileAlreadyExistsException if the file exists
   */
  public ShardWriter(Path file, Configuration hadoop, ShardMetadata metadata, long rowGroupBytes)
      throws IOException {
    writer =
        new Builder(OrderedFooter.at(file, hadoop), metadata)
            .withConf(hadoop)
            .withCompressionCodec(CompressionCodecName.ZSTD)
            .withRowGroupSize(rowGroupBytes)
            .withPageSize(PAGE_BYTES)
            .withMinRowCountForPageSizeCheck(MIN_ROWS_BETWEEN_CHECKS)
            .withMaxRowCountForPageSizeCheck(MAX_ROWS_BETWEEN_CHECKS)
            .withDictionaryEncoding(false)
            .withWriterVersion(ParquetProperties.WriterVersion.PARQUET_1_0)
            .build();
  }

  /** Appends a row. */
  public void write(Example example) throws IOException {
    writer.write(example);
    rows++;
  }

  /** How many rows were written so far. */
  public long rows() {
    return rows;
  }

  /** About how many bytes the file has so far. */
  public long bytes() {
    return writer.getDataSize();
  }

  /** Ends the file. A file that was not closed cannot be read. */
  @Override
  public void close() throws IOException {
    writer.close();
  }

  private static final class Builder extends ParquetWriter.Builder<Example, Builder> {
    private final ShardMetadata metadata;

    Builder(OutputFile file, ShardMetadata metadata) {
      super(file);
      this.metadata = metadata;
    }

    @Override
    protected Builder self() {
      return this;
    }

    @Override
    protected WriteSupport<Example> getWriteSupport(Configuration hadoop) {
      return new ExampleWriteSupport(metadata);
    }
  }
}
