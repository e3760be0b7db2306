package org.networkfission.prep.frame;

import java.io.Closeable;
import java.io.IOException;

/** Reads the frames of one unit, one after the other. */
public interface FrameReader extends Closeable {
  /**
   * Moves to the next frame; false after the last one.
   *
   * @throws FrameException if no frame of the unit can be used, those that were read before
   *     included
   */
  boolean next() throws IOException, FrameException;

  /** The key of the current frame, known even where the frame itself cannot be read. */
  String key();

  /** Where the current frame is read: file and, within an archive, offset or entry. */
  String source();

  /**
   * Decodes the current frame.
   *
   * @throws FrameException if it cannot be used; the frames after it can still be read
   */
  Frame read() throws IOException, FrameException;
}
