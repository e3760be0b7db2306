package org.networkfission.prep.list;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.networkfission.prep.shard.GroupFile;

/** The rows of a flat Parquet table as texts. */
final class ParquetRows {
  private ParquetRows() {}

  /**
   * Reads a table.
   *
   * @param columns told of the names of the columns first
   * @param each told of each row: the values that are not null, by column
   */
  static void read(
      Path file,
      Configuration hadoop,
      Consumer<List<String>> columns,
      Consumer<Map<String, String>> each)
      throws IOException {
    try (ParquetFileReader reader = GroupFile.open(file, hadoop)) {
      MessageType schema = reader.getFileMetaData().getSchema();
      columns.accept(schema.getFields().stream().map(Type::getName).toList());
      for (PageReadStore pages = reader.readNextRowGroup();
          pages != null;
          pages = reader.readNextRowGroup()) {
        RecordReader<Group> rows =
            new ColumnIOFactory()
                .getColumnIO(schema)
                .getRecordReader(pages, new GroupRecordConverter(schema));
        for (long i = 0; i < pages.getRowCount(); i++) {
          each.accept(cells(rows.read(), schema));
        }
      }
    }
  }

  private static Map<String, String> cells(Group row, MessageType schema) {
    Map<String, String> cells = new HashMap<>();
    for (Type column : schema.getFields()) {
      if (row.getFieldRepetitionCount(column.getName()) > 0) {
        cells.put(
            column.getName(), row.getValueToString(schema.getFieldIndex(column.getName()), 0));
      }
    }
    return cells;
  }
}
