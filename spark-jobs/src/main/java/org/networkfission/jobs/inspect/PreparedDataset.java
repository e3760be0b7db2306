package org.networkfission.jobs.inspect;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.shard.Column;
import org.networkfission.prep.shard.Example;
import org.networkfission.prep.shard.Manifest;
import org.networkfission.prep.shard.ShardFile;
import org.networkfission.prep.shard.ShardReader;

/** A finished data set, whose rows are looked up one by one. */
public final class PreparedDataset {
  private final Path folder;
  private final Manifest manifest;
  private final Configuration hadoop;

  /**
   * Opens a data set.
   *
   * @throws InputException if the folder is missing, unfinished or cannot be read
   */
  public PreparedDataset(String folder, Configuration hadoop) throws IOException {
    this.folder = new Path(folder);
    this.hadoop = hadoop;
    this.manifest = Manifest.open(this.folder, hadoop);
  }

  public Manifest manifest() {
    return manifest;
  }

  /**
   * Some rows of a split, evenly spread over it.
   *
   * @throws InputException if the data set has no such split
   */
  public List<Example> spread(String split, int count) throws IOException {
    List<ShardFile> files = manifest.files(split);
    if (files.isEmpty()) {
      throw new InputException(
          "Cannot take rows of %s: it has the splits %s, not %s"
              .formatted(folder, manifest.splits().keySet(), split));
    }
    long total = manifest.splits().get(split).frames();
    List<Example> rows = new ArrayList<>();
    long before = 0;
    for (ShardFile file : files) {
      try (ShardReader reader = open(file)) {
        for (int group = 0; group < reader.rowGroups().size(); group++) {
          long size = reader.rowGroups().get(group);
          if (place(rows.size(), count, total) < before + size) {
            Iterator<Example> all = reader.readRowGroup(group);
            for (long at = before; all.hasNext() && rows.size() < count; at++) {
              Example row = all.next();
              if (at == place(rows.size(), count, total)) {
                rows.add(row);
              }
            }
          }
          before += size;
        }
      }
    }
    return rows;
  }

  /** Which of all rows is the i-th of a few that are evenly spread. */
  private static long place(int i, int count, long total) {
    return i >= count ? Long.MAX_VALUE : Math.max(i, i * total / count);
  }

  /**
   * The row of a frame; empty where there is none. Reads the keys of all rows until it is found.
   */
  public Optional<Example> find(String key) throws IOException {
    for (ShardFile file : manifest.files()) {
      try (ShardReader reader = open(file)) {
        for (int group = 0; group < reader.rowGroups().size(); group++) {
          if (has(reader.readRowGroup(group, EnumSet.of(Column.FRAME_KEY)), key)) {
            Iterator<Example> rows = reader.readRowGroup(group);
            while (rows.hasNext()) {
              Example row = rows.next();
              if (row.frameKey().equals(key)) {
                return Optional.of(row);
              }
            }
          }
        }
      }
    }
    return Optional.empty();
  }

  private static boolean has(Iterator<Example> rows, String key) {
    boolean found = false;
    while (rows.hasNext()) {
      found |= rows.next().frameKey().equals(key);
    }
    return found;
  }

  private ShardReader open(ShardFile file) throws IOException {
    return new ShardReader(new Path(folder, file.path()), hadoop);
  }
}
