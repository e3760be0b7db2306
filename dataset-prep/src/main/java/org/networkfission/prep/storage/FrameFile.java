package org.networkfission.prep.storage;

import java.io.FileNotFoundException;
import java.io.IOException;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.Path;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.Reason;

/** One of the files of a frame, read whole. */
public final class FrameFile {
  private FrameFile() {}

  /**
   * Reads a file.
   *
   * @param most how many bytes it may have
   * @param key of the frame, for messages
   * @throws FrameException if it is missing, larger, or damaged by its file system's checksum
   */
  public static byte[] read(Storage storage, Path file, long most, String key)
      throws IOException, FrameException {
    try (SteadyInput in = storage.open(file)) {
      if (in.length() > most) {
        throw new FrameException(
            Reason.DECODE_ERROR,
            "Cannot read frame %s: %s has %,d bytes, more than %,d"
                .formatted(key, file, in.length(), most));
      }
      byte[] bytes = new byte[(int) in.length()];
      in.readFully(bytes);
      return bytes;
    } catch (ChecksumException e) {
      throw new FrameException(
          Reason.DECODE_ERROR,
          "Cannot read frame %s: the file system finds %s damaged".formatted(key, file),
          e);
    } catch (FileNotFoundException e) {
      throw new FrameException(
          Reason.MISSING_FILE, "Cannot read frame %s: %s is missing".formatted(key, file), e);
    }
  }
}
