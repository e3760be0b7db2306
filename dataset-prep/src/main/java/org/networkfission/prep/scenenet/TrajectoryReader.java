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
import org.networkfission.prep.storage.FrameFiles;

/** Reads the views of a trajectory. */
final class TrajectoryReader implements FrameReader {
  /** No file of a view is larger. */
  private static final int MAX_FILE_BYTES = 16 << 20;

  private final Path root;
  private final FrameFiles files;
  private final FrameUnit unit;
  private final List<Trajectory.View> views;
  private final List<Trajectory.View> repeated;
  private final ViewDecoder decoder;
  private int index = -1;

  TrajectoryReader(
      String root, FrameUnit unit, Trajectory trajectory, int stride, Configuration hadoop)
      throws IOException {
    this.root = new Path(root);
    this.files = new FrameFiles(hadoop, MAX_FILE_BYTES);
    this.unit = unit;
    this.views = trajectory.taken(stride);
    this.repeated = trajectory.repeated();
    this.decoder = new ViewDecoder(unit.name(), unit.split(), trajectory, PixelLimit.of(hadoop));
    for (String kind : List.of("photo", "depth", "instance")) {
      files.list(new Path(this.root, unit.name() + "/" + kind));
    }
  }

  @Override
  public boolean next() throws IOException {
    index++;
    files.at(index, views.size(), i -> files(views.get(i)));
    return index < views.size() + repeated.size();
  }

  private List<Path> files(Trajectory.View view) {
    return List.of(
        new Path(root, file(view, "photo", "jpg")),
        new Path(root, file(view, "depth", "png")),
        new Path(root, file(view, "instance", "png")));
  }

  @Override
  public String key() {
    return "%s/%s/%d".formatted(SceneNetSource.DATASET, unit.name(), view().number());
  }

  @Override
  public String source() {
    return file(view(), "photo", "jpg");
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
        bytes(file(view(), "photo", "jpg")),
        bytes(file(view(), "depth", "png")),
        bytes(file(view(), "instance", "png")));
  }

  private Trajectory.View view() {
    return index < views.size() ? views.get(index) : repeated.get(index - views.size());
  }

  /** Where a file of a view lies, below the root. */
  private String file(Trajectory.View view, String kind, String extension) {
    return "%s/%s/%d.%s".formatted(unit.name(), kind, view.number(), extension);
  }

  private byte[] bytes(String file) throws IOException, FrameException {
    return files.read(new Path(root, file), key());
  }

  @Override
  public void close() {
    files.close();
  }
}
