package org.networkfission.prep.list;

import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.networkfission.prep.codec.Photos;
import org.networkfission.prep.frame.DepthMap;
import org.networkfission.prep.frame.Frame;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.FrameReader;
import org.networkfission.prep.frame.FrameUnit;
import org.networkfission.prep.frame.ImageSize;
import org.networkfission.prep.frame.Intrinsics;
import org.networkfission.prep.frame.LabelMap;
import org.networkfission.prep.frame.Nearest;
import org.networkfission.prep.frame.NormalMap;
import org.networkfission.prep.frame.PixelLimit;
import org.networkfission.prep.frame.Reason;
import org.networkfission.prep.storage.FrameFiles;

/** Reads the frames that stand in the rows of a unit. */
final class ListReader implements FrameReader {
  /** No file of a frame is larger. */
  private static final long MAX_FILE_BYTES = 256L << 20;

  /** How far the shapes of images of one view may lie apart. */
  private static final double MAX_ASPECT_DIFFERENCE = 0.05;

  private final Path list;
  private final Path folder;
  private final String name;
  private final FrameUnit unit;
  private final List<ListedFrame> frames;
  private final FrameFiles files;
  private final TruthImages images;
  private int index = -1;

  ListReader(Path list, String name, FrameUnit unit, Configuration hadoop) {
    this.list = list;
    this.folder = list.getParent();
    this.name = name;
    this.unit = unit;
    this.frames = ListedFrame.ofJson(unit.location());
    this.files = new FrameFiles(hadoop, MAX_FILE_BYTES);
    this.images = new TruthImages(PixelLimit.of(hadoop));
  }

  @Override
  public boolean next() throws IOException {
    index++;
    files.at(index, frames.size(), i -> files(frames.get(i)));
    return index < frames.size();
  }

  /** What a row names; nothing where it cannot be used. */
  private List<Path> files(ListedFrame row) {
    return Stream.of(row.color(), row.depth(), row.labels(), row.normals())
        .filter(Objects::nonNull)
        .map(path -> new Path(folder, path))
        .toList();
  }

  @Override
  public String key() {
    return frames.get(index).key();
  }

  @Override
  public String source() {
    return "%s line %d".formatted(list.getName(), frames.get(index).line());
  }

  @Override
  public Frame read() throws IOException, FrameException {
    ListedFrame row = frames.get(index);
    if (row.isBad()) {
      throw new FrameException(row.reason(), row.problem());
    }
    try {
      return frame(row);
    } catch (FrameException e) {
      throw new FrameException(
          e.reason(),
          "Cannot use line %d of %s: %s".formatted(row.line(), list.getName(), e.getMessage()),
          e);
    }
  }

  private Frame frame(ListedFrame row) throws IOException, FrameException {
    byte[] color = bytes(row.color());
    ImageSize photo = Photos.size(color, "photo of frame " + row.key());
    Intrinsics ofPhoto = new Intrinsics(row.fx(), row.fy(), row.cx(), row.cy());
    DepthMap depth = null;
    LabelMap labels = null;
    NormalMap normals = null;
    ImageSize size = null;
    if (row.depth() != null) {
      depth =
          images.depth(
              bytes(row.depth()),
              row.code(),
              s -> scaled(ofPhoto, photo, s),
              "depth of frame " + row.key());
      size = new ImageSize(depth.width(), depth.height());
    }
    if (row.labels() != null) {
      labels = images.labels(bytes(row.labels()), "labels of frame " + row.key());
      requireShape(row, "labels", labels.width(), labels.height(), size);
      size = size == null ? new ImageSize(labels.width(), labels.height()) : size;
      labels = Nearest.resize(labels, size);
    }
    if (row.normals() != null) {
      normals =
          images.normals(
              bytes(row.normals()),
              row.axes(),
              s -> scaled(ofPhoto, photo, s),
              "normals of frame " + row.key());
      requireShape(row, "normals", normals.width(), normals.height(), size);
      size = size == null ? new ImageSize(normals.width(), normals.height()) : size;
      normals = Nearest.resize(normals, size);
    }
    requireShape(row, "photo", photo.width(), photo.height(), size);
    return new Frame(
        row.key(),
        name,
        unit.split(),
        unit.name(),
        source(),
        scaled(ofPhoto, photo, size),
        color,
        depth,
        labels,
        normals);
  }

  private static Intrinsics scaled(Intrinsics ofPhoto, ImageSize photo, ImageSize size) {
    return size.equals(photo)
        ? ofPhoto
        : ofPhoto.scaled(
            (double) size.width() / photo.width(), (double) size.height() / photo.height());
  }

  /** Images of one view may have several sizes, but one shape. */
  private static void requireShape(
      ListedFrame row, String what, int width, int height, ImageSize size) throws FrameException {
    if (size == null) {
      return;
    }
    double ratio = (double) width * size.height() / ((double) height * size.width());
    if (Math.abs(ratio - 1) > MAX_ASPECT_DIFFERENCE) {
      throw new FrameException(
          Reason.SIZE_MISMATCH,
          "Cannot use frame %s: its %s has %d x %d pixels, another image %s, which is another shape"
              .formatted(row.key(), what, width, height, size));
    }
  }

  private byte[] bytes(String path) throws IOException, FrameException {
    return files.read(new Path(folder, path), key());
  }

  @Override
  public void close() {
    files.close();
  }
}
