package org.networkfission.jobs.predict;

import java.io.FileNotFoundException;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.hdfs.BlockMissingException;
import org.networkfission.prep.codec.Photos;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.Reason;
import org.networkfission.prep.storage.SteadyInput;
import org.networkfission.prep.storage.Storage;
import org.networkfission.prep.storage.StorageException;

/** Reads ordinary pictures, turned upright. */
final class Photo {
  /** The largest file that is read. */
  private static final long MAX_BYTES = 256L << 20;

  private Photo() {}

  /**
   * Reads a picture.
   *
   * @throws FrameException if it is missing or cannot be decoded whole
   * @throws StorageException if its file system fails again and again
   */
  static Photos.Upright read(Path file, Configuration hadoop) throws FrameException {
    byte[] bytes;
    try (SteadyInput in = Storage.of(file, hadoop).withoutChecksumFiles().open(file)) {
      if (in.length() > MAX_BYTES) {
        throw new FrameException(
            Reason.DECODE_ERROR,
            "Cannot read %s: %,d bytes are more than the %,d allowed"
                .formatted(file, in.length(), MAX_BYTES));
      }
      bytes = in.readAllBytes();
    } catch (FileNotFoundException e) {
      boolean folder = e.getMessage() != null && e.getMessage().endsWith("is a folder");
      throw new FrameException(
          Reason.MISSING_FILE,
          "Cannot read %s: %s".formatted(file, folder ? "it is a folder" : "there is no such file"),
          e);
    } catch (StorageException e) {
      if (e.getCause() instanceof BlockMissingException) { // HDFS has lost a part of this file.
        throw new FrameException(Reason.MISSING_FILE, e.getMessage(), e);
      }
      throw e;
    } catch (IOException e) {
      throw new FrameException(
          Reason.MISSING_FILE, "Cannot read %s: %s".formatted(file, e.getMessage()), e);
    }
    return Photos.decodeUpright(bytes, file.toString());
  }
}
