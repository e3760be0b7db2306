package org.networkfission.jobs.train.input;

import java.io.Serializable;
import java.util.List;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.frame.LabelMap;
import org.networkfission.prep.frame.LabeledImage;
import org.networkfission.prep.shard.Example;
import org.networkfission.prep.shard.ShardFile;

/**
 * A data set that a run learns from, as its replicas must know it.
 *
 * @param name what it is called in progress and logs; unique in the run
 * @param dataset folder
 * @param weight its share of the examples is its share of all weights
 * @param groups the row groups of the split
 * @param validationGroups those of the validation split; none where nothing is validated
 * @param shards the files of both splits
 * @param classes by its own class, the run's; empty where they are the same
 * @param repeats how often its rows are read beside each other
 */
public record Source(
    String name,
    String dataset,
    double weight,
    List<RowGroup> groups,
    List<RowGroup> validationGroups,
    List<ShardFile> shards,
    List<Integer> classes,
    Repeats repeats)
    implements Serializable {
  /** All rows are read equally often. */
  public Source(
      String name,
      String dataset,
      double weight,
      List<RowGroup> groups,
      List<RowGroup> validationGroups,
      List<ShardFile> shards,
      List<Integer> classes) {
    this(name, dataset, weight, groups, validationGroups, shards, classes, Repeats.NONE);
  }

  /** The same, whose rows are read so often. */
  public Source repeating(Repeats other) {
    return new Source(name, dataset, weight, groups, validationGroups, shards, classes, other);
  }

  /** Its name, folder and classes, without what is listed of its files. */
  Source alone() {
    return new Source(name, dataset, weight, List.of(), List.of(), List.of(), classes);
  }

  /** How many rows the split has. */
  public long rows() {
    return groups.stream().mapToLong(RowGroup::rows).sum();
  }

  /**
   * Decodes a row, with the run's classes.
   *
   * @throws InputException if it cannot be
   */
  public LabeledImage decode(Example example) {
    LabeledImage image = ExampleReader.decode(example);
    if (classes.isEmpty() || image.labels() == null) {
      return image;
    }
    short[] ids = image.labels().ids();
    short[] mapped = new short[ids.length];
    String frame = "frame " + image.key();
    for (int i = 0; i < ids.length; i++) {
      mapped[i] = (short) runClass(Short.toUnsignedInt(ids[i]), frame);
    }
    return new LabeledImage(
        image.key(),
        image.intrinsics(),
        image.color(),
        image.depth(),
        new LabelMap(image.width(), image.height(), mapped),
        image.normals());
  }

  /**
   * The run's class of one of this data set's.
   *
   * @param where what has it, for an error
   * @throws InputException if there is none
   */
  public int runClass(int id, String where) {
    if (classes.isEmpty()) {
      return id;
    }
    if (id >= classes.size()) {
      throw new InputException(
          "Cannot use %s of %s: it has class %d, its data set has %d classes"
              .formatted(where, dataset, id, classes.size()));
    }
    return classes.get(id);
  }
}
