package org.networkfission.jobs.train.input;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.IntPredicate;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.frame.LabeledImage;
import org.networkfission.prep.shard.Example;
import org.networkfission.prep.shard.ExampleCodec;
import org.networkfission.prep.shard.ShardReader;

/** Reads rows of a data set's row groups, encoded; and decodes them. */
public final class ExampleReader {
  private final Path dataset;
  private final Configuration hadoop;

  /** Describes the reader; opens nothing. */
  public ExampleReader(Path dataset, Configuration hadoop) {
    this.dataset = dataset;
    this.hadoop = hadoop;
  }

  /**
   * Reads some rows of a group.
   *
   * @param end one past the last row that is looked at
   * @param wanted whether a row, by its number in the group, is kept
   */
  public List<Example> read(RowGroup group, int end, IntPredicate wanted) throws IOException {
    List<Example> examples = new ArrayList<>();
    try (ShardReader reader = new ShardReader(new Path(dataset, group.file()), hadoop)) {
      Iterator<Example> rows = reader.readRowGroup(group.index());
      for (int row = 0; row < end; row++) {
        Example example = rows.next();
        if (wanted.test(row)) {
          examples.add(example);
        }
      }
    }
    return examples;
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
