package org.networkfission.jobs.prepare;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Which shard of a dataset.
 *
 * @param split {@code train}, {@code val} or {@code test}
 * @param number from 0 within the split
 */
record ShardName(String split, int number) implements Serializable {
  /**
   * The shards of a dataset, as many as its rows fill.
   *
   * @param bytes of each split's rows
   * @param size of a shard in bytes
   */
  static List<ShardName> all(Map<String, Long> bytes, long size) {
    List<ShardName> shards = new ArrayList<>();
    bytes.forEach(
        (split, total) -> {
          long count = Math.max(1, (total + size - 1) / size);
          for (int i = 0; i < count; i++) {
            shards.add(new ShardName(split, i));
          }
        });
    return shards;
  }

  /**
   * The path below the dataset's folder.
   *
   * @param suffix tells the attempts at this shard apart
   */
  String path(String suffix) {
    return "%s/part-%05d%s.parquet".formatted(split, number, suffix);
  }
}
