package org.networkfission.jobs.predict;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.networkfission.prep.codec.Photos;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.frame.Reason;
import org.networkfission.prep.shard.GroupFile;
import org.networkfission.prep.storage.Storage;
import org.networkfission.prep.storage.StorageException;

/** A file of a Parquet table that holds photos: a column of their keys, and one of their files. */
final class TableRows implements Closeable {
  private static final String SUFFIX = ".parquet";

  private final Path file;
  private final String keyColumn;
  private final String imageColumn;
  private final MessageType columns;
  private final ParquetFileReader reader;
  private RecordReader<Group> rows;
  private int group = -1;
  private long next;

  /**
   * Opens a file.
   *
   * @throws InputException if it is no Parquet file with such columns
   */
  TableRows(Path file, String keyColumn, String imageColumn, Configuration hadoop)
      throws IOException {
    this.file = file;
    this.keyColumn = keyColumn;
    this.imageColumn = imageColumn;
    try {
      reader = GroupFile.open(file, hadoop);
    } catch (IOException | RuntimeException e) {
      StorageException.rethrow(e);
      throw new InputException("Cannot read table %s: %s".formatted(file, e.getMessage()), e);
    }
    try {
      MessageType schema = reader.getFileMetaData().getSchema();
      require(schema, imageColumn, "predict.image-column", true);
      require(schema, keyColumn, "predict.key-column", false);
      columns = new MessageType("photo", schema.getType(keyColumn), schema.getType(imageColumn));
    } catch (RuntimeException e) {
      reader.close();
      throw e;
    }
  }

  private void require(MessageType schema, String column, String key, boolean bytes) {
    boolean fits =
        schema.containsField(column)
            && schema.getType(column).isPrimitive()
            && !schema.getType(column).isRepetition(Type.Repetition.REPEATED)
            && (!bytes
                || schema.getType(column).asPrimitiveType().getPrimitiveTypeName()
                    == PrimitiveTypeName.BINARY);
    if (!fits) {
      throw new InputException(
          "Cannot read table %s: it has no column %s of %s (%s); its columns are %s"
              .formatted(
                  file,
                  column,
                  bytes ? "bytes" : "single values",
                  key,
                  schema.getFields().stream().map(Type::getName).toList()));
    }
  }

  /** The files of a table: itself, or all of a folder and below that end with .parquet. */
  static List<Path> files(Path table, Configuration hadoop) throws IOException {
    Storage storage = Storage.of(table, hadoop);
    FileStatus status = storage.status(table);
    if (!status.isDirectory()) {
      return List.of(status.getPath());
    }
    List<Path> found = new ArrayList<>();
    for (FileStatus each : storage.listFiles(table)) {
      Path file = each.getPath();
      if (file.getName().endsWith(SUFFIX) && !isHidden(table, file)) {
        found.add(file);
      }
    }
    if (found.isEmpty()) {
      throw new InputException(
          "Cannot predict %s: it has no file that ends with %s (predict.image-column is set, so that it is taken for a table)"
              .formatted(table, SUFFIX));
    }
    found.sort(null);
    return found;
  }

  /** Spark keeps what is half-written in folders whose names begin so. */
  private static boolean isHidden(Path table, Path file) {
    for (Path at = file; at != null && !at.equals(table); at = at.getParent()) {
      if (at.getName().startsWith("_") || at.getName().startsWith(".")) {
        return true;
      }
    }
    return false;
  }

  /** All rows, in ranges of so many at most that do not cross row groups. */
  List<Item> items(int most) {
    List<Item> items = new ArrayList<>();
    List<BlockMetaData> groups = reader.getRowGroups();
    for (int g = 0; g < groups.size(); g++) {
      long count = groups.get(g).getRowCount();
      for (long from = 0; from < count; from += most) {
        items.add(Item.rows(file.toString(), g, from, Math.min(count, from + most)));
      }
    }
    return items;
  }

  /**
   * Moves to a row.
   *
   * @throws InputException if the file is damaged there
   */
  private Group row(int inGroup, long row) throws IOException {
    try {
      if (inGroup != group || row < next) {
        reader.setRequestedSchema(columns);
        PageReadStore pages = reader.readRowGroup(inGroup);
        rows =
            new ColumnIOFactory()
                .getColumnIO(columns)
                .getRecordReader(pages, new GroupRecordConverter(columns));
        group = inGroup;
        next = 0;
      }
      while (next < row) {
        rows.read();
        next++;
      }
      next++;
      return rows.read();
    } catch (RuntimeException e) {
      StorageException.rethrow(e);
      throw new InputException(
          "Cannot read row group %d of table %s: %s".formatted(inGroup, file, e.getMessage()), e);
    }
  }

  /** Reads the photo of a row. */
  LoadedPhoto photo(int inGroup, long row) throws IOException {
    Group values = row(inGroup, row);
    String key =
        values.getFieldRepetitionCount(keyColumn) == 0
            ? "%s, row group %d, row %d".formatted(file, inGroup, row)
            : key(values);
    String what = "photo %s of %s".formatted(key, file);
    try {
      if (values.getFieldRepetitionCount(imageColumn) == 0) {
        throw new FrameException(
            Reason.MISSING_FILE, "Cannot read %s: the row has no image".formatted(what));
      }
      byte[] bytes = values.getBinary(imageColumn, 0).getBytes();
      return new LoadedPhoto(key, file.toString(), null, Photos.decodeUpright(bytes, what), null);
    } catch (FrameException e) {
      return new LoadedPhoto(key, file.toString(), null, null, e);
    }
  }

  private String key(Group values) {
    boolean text =
        columns.getType(keyColumn).asPrimitiveType().getPrimitiveTypeName()
            == PrimitiveTypeName.BINARY;
    return text
        ? values.getBinary(keyColumn, 0).toStringUsingUTF8()
        : values.getValueToString(columns.getFieldIndex(keyColumn), 0);
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
