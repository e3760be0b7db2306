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
 */
public record Source(
    String name,
    String dataset,
    double weight,
    List<RowGroup> groups,
    List<RowGroup> validationGroups,
    List<ShardFile> shards,
    List<Integer> classes)
    implements Serializable {
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
    for (int i = 0; i < ids.length; i++) {
      int id = Short.toUnsignedInt(ids[i]);
      if (id >= classes.size()) {
        throw new InputException(
            "Cannot use frame %s of %s: it has class %d, its data set has %d classes"
                .formatted(image.key(), dataset, id, classes.size()));
      }
      mapped[i] = (short) (int) classes.get(id);
    }
    return new LabeledImage(
        image.key(),
        image.intrinsics(),
        image.color(),
        image.depth(),
        new LabelMap(image.width(), image.height(), mapped),
        image.normals());
  }
}
