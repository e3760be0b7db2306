package org.networkfission.prep.scannet;

import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.ImageSize;
import org.networkfission.prep.frame.LabelMap;

/** The labels of a scan's frames, from wherever they are. */
interface Labels extends Closeable {
  /**
   * Reads the labels of a frame as NYU40 ids.
   *
   * @param size in which they are wanted; they are resampled by the nearest pixel
   * @param key of the frame, for messages
   */
  LabelMap read(long index, ImageSize size, String key) throws IOException, FrameException;

  /** The file that holds the labels of a frame and no others, if that is how they are stored. */
  default Optional<Path> file(long index) {
    return Optional.empty();
  }

  @Override
  default void close() throws IOException {}
}
