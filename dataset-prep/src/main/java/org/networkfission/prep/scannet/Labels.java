package org.networkfission.prep.scannet;

import java.io.Closeable;
import java.io.IOException;
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

  @Override
  default void close() throws IOException {}
}
