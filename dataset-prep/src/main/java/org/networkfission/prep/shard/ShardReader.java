package org.networkfission.prep.shard;

import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.HadoopReadOptions;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.MessageColumnIO;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.MessageType;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.storage.StorageException;

/**
 * Reads a shard, one row group at a time, each in one piece; in between it holds no connection to
 * the file system. Not for use by several threads at once.
 */
public final class ShardReader implements Closeable {
  /** A row group of all columns is read into one array, by one call. */
  private static final int MOST_AT_ONCE = 1 << 30;

  private final Path file;
  private final SteadyInputFile input;
  private final ParquetFileReader reader;
  private final ShardMetadata metadata;

  /**
   * Opens a shard.
   *
   * @throws InputException if the file is missing or is not a shard of this version
   * @throws StorageException if its file system fails again and again; so do all methods that read
   */
  public ShardReader(Path file, Configuration hadoop) throws IOException {
    this.file = file;
    try {
      input = SteadyInputFile.of(file, hadoop);
      reader =
          ParquetFileReader.open(
              input,
              HadoopReadOptions.builder(hadoop, file)
                  .usePageChecksumVerification(true)
                  .withMaxAllocationInBytes(MOST_AT_ONCE)
                  .build());
    } catch (FileNotFoundException e) {
      throw new InputException("Cannot read shard %s: no such file".formatted(file), e);
    } catch (IOException | RuntimeException e) {
      StorageException.rethrow(e);
      throw new InputException("Cannot read shard %s: %s".formatted(file, e.getMessage()), e);
    }
    try {
      metadata = checkedMetadata();
      input.release();
    } catch (RuntimeException e) {
      reader.close();
      throw e;
    }
  }

  private ShardMetadata checkedMetadata() {
    ShardMetadata found;
    try {
      found = ShardMetadata.fromKeyValues(reader.getFileMetaData().getKeyValueMetaData());
    } catch (IllegalArgumentException e) {
      throw new InputException("Cannot read shard %s: %s".formatted(file, e.getMessage()), e);
    }
    MessageType schema = reader.getFileMetaData().getSchema();
    MessageType expected = Column.schema(Column.all(), found.truthIsOptional());
    if (!schema.getFields().equals(expected.getFields())) {
      throw new InputException(
          "Cannot read shard %s: it has other columns: %s".formatted(file, schema.getFields()));
    }
    return found;
  }

  /** What the shard says about itself. */
  public ShardMetadata metadata() {
    return metadata;
  }

  /** The number of rows of each row group. */
  public List<Long> rowGroups() {
    return reader.getRowGroups().stream().map(BlockMetaData::getRowCount).toList();
  }

  /** Reads all columns of one row group. */
  public Iterator<Example> readRowGroup(int index) {
    return readRowGroup(index, Column.all());
  }

  /**
   * Reads some columns of one row group. The compressed group is held in memory, its rows are
   * decoded as the iterator moves; only one iterator of a reader may be in use.
   *
   * @param index 0 to the number of row groups - 1
   * @param columns at least one; the components of the other columns are null or 0
   * @throws InputException also from the iterator, if the data is damaged
   */
  public Iterator<Example> readRowGroup(int index, Set<Column> columns) {
    int count = reader.getRowGroups().size();
    if (index < 0 || index >= count) {
      throw new IllegalArgumentException(
          "Cannot read row group %d of shard %s: it has %d".formatted(index, file, count));
    }
    MessageType projection = Column.schema(columns, metadata.truthIsOptional());
    try {
      reader.setRequestedSchema(projection);
      PageReadStore pages = reader.readRowGroup(index);
      MessageColumnIO io = new ColumnIOFactory().getColumnIO(projection);
      RecordReader<Example> rows = io.getRecordReader(pages, new ExampleMaterializer(columns));
      return new Rows(index, pages.getRowCount(), rows);
    } catch (IOException | RuntimeException e) {
      throw damaged(index, e);
    } finally {
      input.release();
    }
  }

  /**
   * Reads one row.
   *
   * @param number from 0 on, over all row groups
   * @return nothing if the shard has fewer rows
   */
  public Optional<Example> row(long number) {
    long before = 0;
    for (int group = 0; group < rowGroups().size(); group++) {
      long count = rowGroups().get(group);
      if (number >= before && number < before + count) {
        Iterator<Example> rows = readRowGroup(group);
        for (long skipped = before; skipped < number; skipped++) {
          rows.next();
        }
        return Optional.of(rows.next());
      }
      before += count;
    }
    return Optional.empty();
  }

  /** Reads the row with a frame key, if the shard has it; looks through the keys alone. */
  public Optional<Example> row(String key) {
    long number = 0;
    for (int group = 0; group < rowGroups().size(); group++) {
      Iterator<Example> keys = readRowGroup(group, EnumSet.of(Column.FRAME_KEY));
      while (keys.hasNext()) {
        if (keys.next().frameKey().equals(key)) {
          return row(number);
        }
        number++;
      }
    }
    return Optional.empty();
  }

  private InputException damaged(int index, Exception e) {
    StorageException.rethrow(e);
    return new InputException(
        "Cannot read row group %d of shard %s: %s".formatted(index, file, e.getMessage()), e);
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }

  private final class Rows implements Iterator<Example> {
    private final int index;
    private final RecordReader<Example> rows;
    private long left;

    Rows(int index, long count, RecordReader<Example> rows) {
      this.index = index;
      this.left = count;
      this.rows = rows;
    }

    @Override
    public boolean hasNext() {
      return left > 0;
    }

    @Override
    public Example next() {
      if (left <= 0) {
        throw new NoSuchElementException(
            "Row group %d of %s has no more rows".formatted(index, file));
      }
      left--;
      try {
        return rows.read();
      } catch (RuntimeException e) {
        throw damaged(index, e);
      }
    }
  }
}
