package org.networkfission.jobs.prepare;

import java.io.Serializable;

/**
 * Which shard of a dataset.
 *
 * @param split {@code train}, {@code val} or {@code test}
 * @param number from 0 within the split
 */
record ShardName(String split, int number) implements Serializable {
  /** The path below the dataset's folder. */
  String path() {
    return "%s/part-%05d.parquet".formatted(split, number);
  }
}
