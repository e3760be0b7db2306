package org.networkfission.jobs.prepare;

import java.io.IOException;
import java.io.Serializable;
import java.util.Iterator;
import org.apache.hadoop.conf.Configuration;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.shard.Example;
import org.networkfission.prep.shard.ShardFile;
import org.networkfission.prep.shard.ShardMetadata;
import org.networkfission.prep.shard.ShardWriter;
import org.networkfission.prep.shard.SplitStatistics;

/** Gathers the rows of units into shards. */
record ShardTask(ShardMetadata metadata, WorkFolder folder, long rowGroupBytes)
    implements Serializable {

  /**
   * Writes a shard from its rows in order.
   *
   * @return the summary, as JSON
   */
  String write(ShardName shard, Iterator<Example> rows, Configuration hadoop) throws IOException {
    SplitStatistics[] statistics = {SplitStatistics.none(metadata.classNames().size())};
    folder.whole(
        folder.shard(shard),
        hadoop,
        growing -> {
          try (ShardWriter writer = new ShardWriter(growing, hadoop, metadata, rowGroupBytes)) {
            Example before = null;
            while (rows.hasNext()) {
              Example example = rows.next();
              requireAnother(before, example);
              before = example;
              writer.write(example);
              statistics[0] =
                  statistics[0].plus(SplitStatistics.of(example, metadata.classNames().size()));
            }
          }
        });
    ShardFile file = ShardFile.describe(folder.shards(), shard.path(), shard.split(), hadoop);
    String summary = new ShardSummary(file, statistics[0]).toJson();
    folder.writeText(folder.shardSummary(shard), summary, hadoop);
    return summary;
  }

  /** A key is one row; rows of one key come one after the other. */
  private static void requireAnother(Example before, Example example) {
    if (before != null && before.frameKey().equals(example.frameKey())) {
      throw new InputException(
          "Cannot prepare the frame %s: it is there twice, in %s of the unit %s and in %s of the unit %s; leave one of them out"
              .formatted(
                  example.frameKey(),
                  before.source(),
                  before.unit(),
                  example.source(),
                  example.unit()));
    }
  }
}
