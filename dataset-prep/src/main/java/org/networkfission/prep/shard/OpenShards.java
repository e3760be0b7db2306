package org.networkfission.prep.shard;

import java.io.Closeable;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.networkfission.prep.frame.InputException;

/**
 * Shards that are read here and there: each is looked up and its footer read once, and after that a
 * row group is one request. They hold no connections; what they hold are footers, and where more
 * than a number are open, that of the shard that was not read for longest is forgotten. Not for use
 * by several threads at once.
 */
public final class OpenShards implements Closeable {
  /** Some hundred kilobytes each. */
  private static final int MOST = 256;

  private final Configuration hadoop;
  private final Map<Path, ShardReader> open = new LinkedHashMap<>(16, 0.75f, true);

  /** Opens nothing. */
  public OpenShards(Configuration hadoop) {
    this.hadoop = hadoop;
  }

  /**
   * A shard, opened where it is not. Its reader is closed with the others.
   *
   * @throws InputException if the file is missing or is not a shard of this version
   */
  public ShardReader get(Path file) throws IOException {
    ShardReader reader = open.get(file);
    if (reader == null) {
      reader = new ShardReader(file, hadoop);
      open.put(file, reader);
      if (open.size() > MOST) {
        forget(open.keySet().iterator().next());
      }
    }
    return reader;
  }

  /** Closes a shard: the file may be another one by now. */
  public void forget(Path file) throws IOException {
    ShardReader reader = open.remove(file);
    if (reader != null) {
      reader.close();
    }
  }

  @Override
  public void close() throws IOException {
    for (Path file : List.copyOf(open.keySet())) {
      forget(file);
    }
  }
}
