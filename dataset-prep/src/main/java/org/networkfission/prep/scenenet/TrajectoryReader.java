package org.networkfission.prep.scenenet;

import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.networkfission.prep.frame.Frame;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.FrameReader;
import org.networkfission.prep.frame.FrameUnit;
import org.networkfission.prep.frame.PixelLimit;
import org.networkfission.prep.storage.FrameFile;
import org.networkfission.prep.storage.Storage;

/** Reads the views of a trajectory. */
final class TrajectoryReader implements FrameReader {
  /** No file of a view is larger. */
  private static final int MAX_FILE_BYTES = 16 << 20;

  private final Path root;
  private final Storage storage;
  private final FrameUnit unit;
  private final List<Trajectory.View> views;
  private final List<Trajectory.View> repeated;
  private final ViewDecoder decoder;
  private int index = -1;

  TrajectoryReader(
      String root, FrameUnit unit, Trajectory trajectory, int stride, Configuration hadoop)
      throws IOException {
    this.root = new Path(root);
    this.storage = Storage.of(this.root, hadoop);
    this.unit = unit;
    this.views = trajectory.taken(stride);
    this.repeated = trajectory.repeated();
    this.decoder = new ViewDecoder(unit.name(), unit.split(), trajectory, PixelLimit.of(hadoop));
  }

  @Override
  public boolean next() {
    index++;
    return index < views.size() + repeated.size();
  }

  @Override
  public String key() {
    return "%s/%s/%d".formatted(SceneNetSource.DATASET, unit.name(), view().number());
  }

  @Override
  public String source() {
    return file("photo", "jpg");
  }

  @Override
  public Frame read() throws IOException, FrameException {
    if (index >= views.size()) {
      throw Trajectory.repeatedView(key());
    }
    return decoder.decode(
        view(),
        key(),
        source(),
        bytes(file("photo", "jpg")),
        bytes(file("depth", "png")),
        bytes(file("instance", "png")));
  }

  private Trajectory.View view() {
    return index < views.size() ? views.get(index) : repeated.get(index - views.size());
  }

  /** Where a file of the view lies, below the root. */
  private String file(String kind, String extension) {
    return "%s/%s/%d.%s".formatted(unit.name(), kind, view().number(), extension);
  }

  private byte[] bytes(String file) throws IOException, FrameException {
    return FrameFile.read(storage, new Path(root, file), MAX_FILE_BYTES, key());
  }

  @Override
  public void close() {}
}
