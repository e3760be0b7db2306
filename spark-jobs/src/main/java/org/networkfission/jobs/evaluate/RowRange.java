package org.networkfission.jobs.evaluate;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.networkfission.prep.shard.Manifest;
import org.networkfission.prep.shard.ShardFile;

/**
 * A piece of work: some rows of one row group.
 *
 * @param file relative to the data set
 * @param group the row group within the file
 * @param position the row group within the split
 * @param before rows of the split before the row group
 * @param from first row
 * @param to one past the last row
 */
record RowRange(String file, int group, int position, long before, int from, int to)
    implements Serializable {
  /** The row groups of a split, whole. */
  static List<RowRange> groups(Manifest manifest, String split) {
    List<RowRange> groups = new ArrayList<>();
    long before = 0;
    for (ShardFile file : manifest.files(split)) {
      for (int g = 0; g < file.rowGroups().size(); g++) {
        int rows = Math.toIntExact(file.rowGroups().get(g));
        groups.add(new RowRange(file.path(), g, groups.size(), before, 0, rows));
        before += rows;
      }
    }
    return groups;
  }

  /** Cuts row groups so that there are about {@code pieces} of them, none below a batch. */
  static List<RowRange> cut(List<RowRange> groups, int pieces, int batchSize) {
    long rows = groups.stream().mapToLong(RowRange::rows).sum();
    long piece = Math.max(batchSize, (rows + pieces - 1) / pieces);
    List<RowRange> ranges = new ArrayList<>();
    for (RowRange group : groups) {
      int parts = (int) Math.max(1, Math.round((double) group.rows() / piece));
      for (int i = 0; i < parts; i++) {
        ranges.add(
            new RowRange(
                group.file,
                group.group,
                group.position,
                group.before,
                group.from + (int) ((long) i * group.rows() / parts),
                group.from + (int) ((long) (i + 1) * group.rows() / parts)));
      }
    }
    return ranges;
  }

  /** Whether these are a shard's first rows: of all pieces of a shard, one's. */
  boolean beginsShard() {
    return group == 0 && from == 0;
  }

  int rows() {
    return to - from;
  }

  @Override
  public String toString() {
    return "%s, row group %d, rows %d to %d".formatted(file, group, from, to - 1);
  }
}
