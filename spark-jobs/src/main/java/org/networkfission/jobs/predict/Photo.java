package org.networkfission.jobs.predict;

import java.io.FileNotFoundException;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.networkfission.prep.codec.Photos;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.Reason;

/** Reads ordinary pictures, turned upright. */
final class Photo {
  /** The largest file that is read. */
  private static final long MAX_BYTES = 256L << 20;

  private Photo() {}

  /**
   * Reads a picture.
   *
   * @throws FrameException if it is missing or cannot be decoded whole
   */
  static Photos.Upright read(Path file, Configuration hadoop) throws FrameException {
    byte[] bytes;
    try {
      FileSystem files = files(file, hadoop);
      FileStatus status = files.getFileStatus(file);
      if (status.isDirectory() || status.getLen() > MAX_BYTES) {
        throw new FrameException(
            Reason.DECODE_ERROR,
            "Cannot read %s: %s"
                .formatted(
                    file,
                    status.isDirectory()
                        ? "it is a folder"
                        : "%,d bytes are more than the %,d allowed"
                            .formatted(status.getLen(), MAX_BYTES)));
      }
      try (FSDataInputStream in = files.open(file)) {
        bytes = in.readAllBytes();
      }
    } catch (FileNotFoundException e) {
      throw new FrameException(
          Reason.MISSING_FILE, "Cannot read %s: there is no such file".formatted(file), e);
    } catch (IOException e) {
      throw new FrameException(
          Reason.MISSING_FILE, "Cannot read %s: %s".formatted(file, e.getMessage()), e);
    }
    return Photos.decodeUpright(bytes, file.toString());
  }

  /** Hadoop's local files look for a checksum file, whose name must not have a colon in it. */
  private static FileSystem files(Path file, Configuration hadoop) throws IOException {
    FileSystem files = file.getFileSystem(hadoop);
    return files instanceof LocalFileSystem local ? local.getRawFileSystem() : files;
  }
}
