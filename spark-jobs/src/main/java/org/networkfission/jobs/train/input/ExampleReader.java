package org.networkfission.jobs.train.input;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.networkfission.jobs.cache.ShardCache;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.frame.LabeledImage;
import org.networkfission.prep.shard.Example;
import org.networkfission.prep.shard.ExampleCodec;
import org.networkfission.prep.shard.OpenShards;
import org.networkfission.prep.shard.ShardFile;

/** Reads rows of a data set's row groups, encoded; and decodes them. Not for several threads. */
public final class ExampleReader implements Closeable {
  private final Path dataset;
  private final ShardCache cache;
  private final OpenShards open;
  private final Map<String, ShardFile> shards = new HashMap<>();

  /** Describes a reader of the shards themselves; opens nothing. */
  public ExampleReader(Source source, Configuration hadoop) {
    this(source, null, hadoop);
  }

  /** Describes a reader of their copies; opens nothing. */
  ExampleReader(Source source, ShardCache cache, Configuration hadoop) {
    this.dataset = new Path(source.dataset());
    this.cache = cache;
    this.open = new OpenShards(hadoop);
    source.shards().forEach(shard -> shards.put(shard.path(), shard));
  }

  /**
   * Reads some rows of a group.
   *
   * @param end one past the last row that is looked at
   * @param wanted whether a row, by its number in the group, is kept
   */
  public List<Example> read(RowGroup group, int end, IntPredicate wanted) throws IOException {
    Path itself = new Path(dataset, group.file());
    ShardFile shard = shards.get(group.file());
    if (cache == null || shard == null) {
      return read(itself, group, end, wanted);
    }
    Path place = cache.place(dataset, shard);
    if (place.equals(itself)) {
      return read(itself, group, end, wanted);
    }
    try {
      return read(place, group, end, wanted);
    } catch (InputException e) {
      // The copy was damaged after it was looked through, or deleted to make room.
      open.forget(place);
      cache.giveUp(shard);
      return read(itself, group, end, wanted);
    }
  }

  private List<Example> read(Path file, RowGroup group, int end, IntPredicate wanted)
      throws IOException {
    List<Example> examples = new ArrayList<>();
    Iterator<Example> rows = open.get(file).readRowGroup(group.index());
    for (int row = 0; row < end; row++) {
      Example example = rows.next();
      if (wanted.test(row)) {
        examples.add(example);
      }
    }
    return examples;
  }

  @Override
  public void close() throws IOException {
    open.close();
  }

  /**
   * Decodes a row.
   *
   * @throws InputException if it cannot be
   */
  public static LabeledImage decode(Example example) {
    try {
      return ExampleCodec.decode(example);
    } catch (FrameException e) {
      throw new InputException(e.getMessage() + "; prepare the data set again", e);
    }
  }
}
