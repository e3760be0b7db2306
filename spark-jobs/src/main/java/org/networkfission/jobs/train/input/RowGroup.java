package org.networkfission.jobs.train.input;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.networkfission.prep.shard.Manifest;
import org.networkfission.prep.shard.ShardFile;

/**
 * A row group of a shard.
 *
 * @param file relative to the data set
 * @param index within the file
 * @param rows how many it has
 */
public record RowGroup(String file, int index, int rows) implements Serializable {
  /** All row groups of a split, by file. */
  public static List<RowGroup> of(Manifest manifest, String split) {
    List<RowGroup> groups = new ArrayList<>();
    for (ShardFile file : manifest.files(split)) {
      for (int i = 0; i < file.rowGroups().size(); i++) {
        groups.add(new RowGroup(file.path(), i, Math.toIntExact(file.rowGroups().get(i))));
      }
    }
    return groups;
  }
}
