package org.networkfission.jobs.train.input;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.networkfission.jobs.cache.ShardCache;
import org.networkfission.jobs.train.input.RowStream.Dealt;

/** A virtual replica's rows, of all data sets, one after the other without end. */
final class RowSequence implements AutoCloseable {
  private final InputOrder order;
  private final List<RowStream> streams = new ArrayList<>();
  private long position;

  /** A row, and which data set it is of. */
  record Taken(Dealt dealt, int source) {}

  /**
   * Begins to read.
   *
   * @param cache of shards
   * @param position how many rows were read before, of all data sets
   */
  RowSequence(Configuration hadoop, ShardCache cache, InputOrder order, long position) {
    this.order = order;
    this.position = position;
    for (Source source : order.sources()) {
      int i = streams.size();
      streams.add(
          new RowStream(
              new ExampleReader(source, cache, hadoop),
              order.order(i),
              order.mixture().count(i, position)));
    }
  }

  /** The next row. */
  Taken next() throws IOException {
    int source = order.mixture().source(position);
    position++;
    return new Taken(streams.get(source).next(), source);
  }

  /** Leaves out the rows before a position, which another replica takes. */
  void skipTo(long next) throws IOException {
    while (position < next) {
      next();
    }
  }

  @Override
  public void close() {
    for (RowStream stream : streams) {
      try {
        stream.close();
      } catch (IOException e) {
        // Nothing is read from it any more.
      }
    }
  }
}
