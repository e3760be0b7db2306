package org.networkfission.prep.list;

import java.util.Map;

/**
 * A row of a list as it stands there.
 *
 * @param line its number, from 1 on; of Parquet, that of the row
 * @param cells those in which something stands, by column
 * @param problem why it cannot be read; null where it can
 */
record ListRow(long line, Map<String, String> cells, String problem) {
  ListRow {
    cells = Map.copyOf(cells);
  }

  /** What stands in a column; null where nothing does. */
  String cell(String column) {
    return cells.get(column);
  }
}
