package org.networkfission.jobs.evaluate;

import java.io.Closeable;
import java.io.IOException;
import java.util.Iterator;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.frame.LabelMap;
import org.networkfission.prep.frame.LabeledImage;
import org.networkfission.prep.shard.Example;
import org.networkfission.prep.shard.ExampleCodec;
import org.networkfission.prep.shard.OpenShards;

/**
 * Reads and decodes rows. One that cannot be decoded is noted and left out; where a row group is
 * damaged, so are all its rows from there on. Each shard is opened once.
 */
final class RangeReader implements Closeable {
  private final Path dataset;
  private final OpenShards shards;
  private final int classes;
  private final CorruptRows corrupt;

  RangeReader(Path dataset, Configuration hadoop, int classes, CorruptRows corrupt) {
    this.dataset = dataset;
    this.shards = new OpenShards(hadoop);
    this.classes = classes;
    this.corrupt = corrupt;
  }

  /** Who takes the images, each with its place among the rows of the split. */
  interface Taker {
    void take(LabeledImage image, long row);
  }

  void read(RowRange range, Taker each) throws IOException {
    int row = range.from();
    try {
      Iterator<Example> rows =
          shards.get(new Path(dataset, range.file())).readRowGroup(range.group());
      for (int skipped = 0; skipped < range.from(); skipped++) {
        rows.next();
      }
      for (; row < range.to(); row++) {
        decode(rows.next(), range.before() + row, each);
      }
    } catch (InputException e) {
      int lost = range.to() - row;
      corrupt.add(
          lost,
          "%s, row group %d, %d rows from row %d"
              .formatted(range.file(), range.group(), lost, row));
    }
  }

  private void decode(Example example, long row, Taker each) {
    LabeledImage image;
    try {
      image = ExampleCodec.decode(example);
    } catch (FrameException e) {
      corrupt.add(1, example.frameKey());
      return;
    }
    if (image.labels() != null && hasOtherClasses(image.labels())) {
      corrupt.add(1, example.frameKey());
      return;
    }
    each.take(image, row);
  }

  private boolean hasOtherClasses(LabelMap labels) {
    for (short id : labels.ids()) {
      if (Short.toUnsignedInt(id) >= classes) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void close() throws IOException {
    shards.close();
  }
}
