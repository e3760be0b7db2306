package org.networkfission.jobs.train.input;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.networkfission.jobs.train.input.DataOrder.RowPlace;
import org.networkfission.prep.shard.Example;

/** A replica's rows of one data set in their order, epoch after epoch without end. */
final class RowStream implements Closeable {
  private final ExampleReader reader;
  private final DataOrder order;
  private int epoch;
  private long skip;
  private Iterator<List<RowPlace>> windows;
  private Iterator<RowPlace> rows = List.<RowPlace>of().iterator();
  private Map<RowPlace, Example> examples = Map.of();

  /** How many epochs' numbers there are before those of a row that is read again in its epoch. */
  private static final int EPOCHS = 1 << 20;

  /**
   * A row and the epoch in which it is read, by which it is augmented: where a row is read again in
   * an epoch, another number, so that it is seen otherwise.
   */
  record Dealt(Example example, int epoch) {}

  /**
   * @param position how many rows were read before, in all epochs
   */
  RowStream(ExampleReader reader, DataOrder order, long position) {
    this.reader = reader;
    this.order = order;
    this.epoch = Math.toIntExact(position / order.rowsPerEpoch());
    this.skip = position % order.rowsPerEpoch();
    this.windows = order.epoch(epoch).iterator();
  }

  /** The next row. */
  Dealt next() throws IOException {
    while (!rows.hasNext()) {
      if (!windows.hasNext()) {
        epoch++;
        windows = order.epoch(epoch).iterator();
      }
      List<RowPlace> window = windows.next();
      if (skip < window.size()) {
        examples = read(window);
        rows = window.subList((int) skip, window.size()).iterator();
        skip = 0;
      } else {
        skip -= window.size();
      }
    }
    RowPlace row = rows.next();
    return new Dealt(examples.remove(row), epoch + EPOCHS * row.time());
  }

  private Map<RowPlace, Example> read(List<RowPlace> window) throws IOException {
    Map<RowGroup, List<RowPlace>> wanted = new LinkedHashMap<>();
    window.forEach(row -> wanted.computeIfAbsent(row.group(), g -> new ArrayList<>()).add(row));
    Map<RowPlace, Example> read = new LinkedHashMap<>();
    for (RowGroup group : wanted.keySet()) {
      int first = wanted.get(group).stream().mapToInt(RowPlace::row).min().orElseThrow();
      int last = wanted.get(group).stream().mapToInt(RowPlace::row).max().orElseThrow();
      List<Example> found = reader.read(group, last + 1, row -> row >= first);
      wanted.get(group).forEach(row -> read.put(row, found.get(row.row() - first)));
    }
    return read;
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
