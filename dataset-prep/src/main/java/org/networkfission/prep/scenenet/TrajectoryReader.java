package org.networkfission.prep.scenenet;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.networkfission.prep.frame.Frame;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.FrameReader;
import org.networkfission.prep.frame.FrameUnit;
import org.networkfission.prep.frame.Reason;

/** Reads the views of a trajectory. */
final class TrajectoryReader implements FrameReader {
  /** No file of a view is larger. */
  private static final int MAX_FILE_BYTES = 16 << 20;

  private final Path folder;
  private final FileSystem fs;
  private final FrameUnit unit;
  private final Trajectory trajectory;
  private final int stride;
  private final ViewDecoder decoder;
  private int index;

  TrajectoryReader(
      String root, FrameUnit unit, Trajectory trajectory, int stride, Configuration hadoop)
      throws IOException, FrameException {
    this.folder = new Path(root, unit.name());
    this.fs = folder.getFileSystem(hadoop);
    this.unit = unit;
    this.trajectory = trajectory;
    this.stride = stride;
    this.decoder = new ViewDecoder(unit.name(), unit.split(), trajectory);
    this.index = -stride;
  }

  @Override
  public boolean next() {
    index += stride;
    return index < trajectory.views().size();
  }

  @Override
  public String key() {
    return "%s/%s/%d".formatted(SceneNetSource.DATASET, unit.name(), view().number());
  }

  @Override
  public String source() {
    return file("photo", "jpg").toString();
  }

  @Override
  public Frame read() throws IOException, FrameException {
    return decoder.decode(
        view(),
        key(),
        source(),
        bytes(file("photo", "jpg")),
        bytes(file("depth", "png")),
        bytes(file("instance", "png")));
  }

  private Trajectory.View view() {
    return trajectory.views().get(index);
  }

  private Path file(String kind, String extension) {
    return new Path(folder, "%s/%d.%s".formatted(kind, view().number(), extension));
  }

  private byte[] bytes(Path file) throws IOException, FrameException {
    try (InputStream in = fs.open(file)) {
      byte[] bytes = in.readNBytes(MAX_FILE_BYTES + 1);
      if (bytes.length > MAX_FILE_BYTES) {
        throw new FrameException(
            Reason.DECODE_ERROR,
            "Cannot read frame %s: %s has more than %,d bytes"
                .formatted(key(), file, MAX_FILE_BYTES));
      }
      return bytes;
    } catch (ChecksumException e) {
      throw new FrameException(
          Reason.DECODE_ERROR,
          "Cannot read frame %s: the file system finds %s damaged".formatted(key(), file),
          e);
    } catch (FileNotFoundException e) {
      throw new FrameException(
          Reason.MISSING_FILE, "Cannot read frame %s: %s is missing".formatted(key(), file), e);
    }
  }

  @Override
  public void close() {}
}
