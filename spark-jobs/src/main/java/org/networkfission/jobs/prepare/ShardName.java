package org.networkfission.jobs.prepare;

import java.io.Serializable;

/**
 * Which shard of a dataset.
 *
 * @param split {@code train}, {@code val} or {@code test}
 * @param number from 0 within the split
 */
record ShardName(String split, int number) implements Serializable {
  /**
   * The path below the dataset's folder.
   *
   * @param suffix tells the attempts at this shard apart
   */
  String path(String suffix) {
    return "%s/part-%05d%s.parquet".formatted(split, number, suffix);
  }
}
