package org.networkfission.jobs.prepare;

import java.io.IOException;
import java.io.Serializable;
import java.util.Iterator;
import org.apache.hadoop.conf.Configuration;
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
            while (rows.hasNext()) {
              Example example = rows.next();
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
}
