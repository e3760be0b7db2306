package org.networkfission.jobs.prepare;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.QuotaUsage;
import org.networkfission.prep.frame.FrameUnit;
import org.networkfission.prep.shard.Example;
import org.networkfission.prep.shard.ShardMetadata;
import org.networkfission.prep.shard.ShardWriter;
import org.networkfission.prep.storage.Storage;

/**
 * About how much space a dataset takes, from one row of it, and how much there is.
 *
 * @param bytesPerFrame of a row as it is stored; empty where none of the first frames can be used
 * @param free bytes that the output's file system and its quotas leave, replicas taken into account
 */
record SpaceEstimate(Optional<Long> bytesPerFrame, long free) {
  /** Of how many units the first frames are tried. */
  private static final int TRIED_UNITS = 3;

  /** Prepares one frame, in a temporary folder of this machine. */
  static SpaceEstimate of(
      UnitTask task,
      ShardMetadata metadata,
      List<FrameUnit> units,
      Path output,
      Configuration hadoop)
      throws IOException {
    Optional<Example> row = Optional.empty();
    for (int i = 0; i < Math.min(TRIED_UNITS, units.size()) && row.isEmpty(); i++) {
      row = task.first(units.get(i), hadoop);
    }
    Optional<Long> bytes = Optional.empty();
    if (row.isPresent()) {
      bytes = Optional.of(stored(row.get(), metadata, hadoop));
    }
    return new SpaceEstimate(bytes, free(output, hadoop));
  }

  private static long stored(Example row, ShardMetadata metadata, Configuration hadoop)
      throws IOException {
    java.nio.file.Path folder = Files.createTempDirectory("fission-prepare");
    Path file = new Path(folder.resolve("row.parquet").toUri());
    FileSystem local = file.getFileSystem(hadoop);
    try {
      try (ShardWriter writer = new ShardWriter(file, hadoop, metadata)) {
        writer.write(row);
      }
      return local.getFileStatus(file).getLen();
    } finally {
      local.delete(new Path(folder.toUri()), true);
    }
  }

  private static long free(Path output, Configuration hadoop) throws IOException {
    FileSystem fs = output.getFileSystem(hadoop);
    Storage read = Storage.of(output, hadoop);
    Path existing = fs.makeQualified(output);
    while (!read.exists(existing) && existing.getParent() != null) {
      existing = existing.getParent();
    }
    long free = fs.getStatus(existing).getRemaining();
    for (Path folder = existing; folder != null; folder = folder.getParent()) {
      if (!read.status(folder).isDirectory()) {
        continue;
      }
      QuotaUsage quota = quota(fs, folder);
      if (quota != null && quota.getSpaceQuota() >= 0) {
        free = Math.min(free, quota.getSpaceQuota() - quota.getSpaceConsumed());
      }
    }
    return free / Math.max(1, fs.getDefaultReplication(output));
  }

  /** Null where the file system has no quotas: there, it would count all files to answer. */
  private static QuotaUsage quota(FileSystem fs, Path folder) throws IOException {
    return fs.getScheme().equals("hdfs") ? fs.getQuotaUsage(folder) : null;
  }

  /**
   * The bytes that a job needs at most: rows stand in units and in shards until it ends.
   *
   * @param frames of the whole dataset
   * @param finished how many of them stand in units already
   */
  Optional<Long> needed(long frames, long finished) {
    return bytesPerFrame.map(b -> b * (2 * frames - finished));
  }
}
