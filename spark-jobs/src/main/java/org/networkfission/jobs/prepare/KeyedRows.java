package org.networkfission.jobs.prepare;

import java.util.Collections;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Function;
import org.networkfission.prep.shard.Example;
import org.networkfission.prep.shard.ShardReader;
import scala.Tuple2;

/** The rows of a file that have a key, one row group after the other. */
final class KeyedRows implements Iterator<Tuple2<RowKey, Example>> {
  private final ShardReader reader;
  private final Function<Example, RowKey> key;
  private Iterator<Example> group = Collections.emptyIterator();
  private int nextGroup;
  private Tuple2<RowKey, Example> next;

  /**
   * @param key gives null for a row to leave out
   */
  KeyedRows(ShardReader reader, Function<Example, RowKey> key) {
    this.reader = reader;
    this.key = key;
  }

  @Override
  public boolean hasNext() {
    while (next == null && (group.hasNext() || nextGroup < reader.rowGroups().size())) {
      if (!group.hasNext()) {
        group = reader.readRowGroup(nextGroup++);
        continue;
      }
      Example example = group.next();
      RowKey rowKey = key.apply(example);
      next = rowKey == null ? null : new Tuple2<>(rowKey, example);
    }
    return next != null;
  }

  @Override
  public Tuple2<RowKey, Example> next() {
    if (!hasNext()) {
      throw new NoSuchElementException("No more rows");
    }
    Tuple2<RowKey, Example> row = next;
    next = null;
    return row;
  }
}
