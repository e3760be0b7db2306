package org.networkfission.jobs.prepare;

import java.io.IOException;
import java.io.Serializable;
import java.util.Iterator;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.networkfission.jobs.cluster.TaskLog;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.shard.Example;
import org.networkfission.prep.shard.ShardFile;
import org.networkfission.prep.shard.ShardMetadata;
import org.networkfission.prep.shard.ShardWriter;
import org.networkfission.prep.shard.SplitStatistics;

/** Gathers the rows of units into shards, which are written where they stay. */
record ShardTask(ShardMetadata metadata, WorkFolder folder, long rowGroupBytes)
    implements Serializable {

  /**
   * Writes a shard from its rows in order.
   *
   * @param attempt tells the attempts of this run apart
   * @return the summary, as JSON
   */
  String write(ShardName shard, Iterator<Example> rows, String attempt, Configuration hadoop)
      throws IOException {
    long start = System.nanoTime();
    int classes = metadata.classNames().size();
    SplitStatistics statistics = SplitStatistics.none(classes);
    String path = shard.path(folder.run() + attempt);
    Path dataset = new Path(folder.output());
    long written;
    try (ShardWriter writer =
        new ShardWriter(new Path(dataset, path), hadoop, metadata, rowGroupBytes)) {
      Example before = null;
      while (rows.hasNext()) {
        Example example = rows.next();
        requireAnother(before, example);
        before = example;
        writer.write(example);
        statistics = statistics.plus(SplitStatistics.of(example, classes));
      }
      written = writer.rows();
    }
    ShardFile file = ShardFile.describe(dataset, path, shard.split(), hadoop);
    ShardSummary summary = new ShardSummary(shard, file, statistics);
    folder.record(summary, hadoop);
    TaskLog.done("wrote shard " + path, written, "rows", 0, start);
    return summary.toJson();
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
