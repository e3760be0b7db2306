package org.networkfission.prep.scenenet;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.networkfission.prep.frame.InputException;
import org.networkfission.prep.scenenet.Wire.MalformedException;
import org.networkfission.prep.storage.SteadyInput;
import org.networkfission.prep.storage.Storage;

/**
 * A published protobuf file (message {@code Trajectories}): one length-delimited trajectory after
 * the other, read one at a time.
 */
final class TrajectoryFile {
  /** Field 1, length-delimited. */
  private static final int TAG = 10;

  /** Published ones have about a quarter of a megabyte. */
  private static final long MAX_TRAJECTORY_BYTES = 64L << 20;

  /**
   * A trajectory and where its message lies.
   *
   * @param offset of the message in the file
   * @param length of the message
   */
  record Located(Trajectory trajectory, long offset, int length) {}

  private TrajectoryFile() {}

  /**
   * Reads all trajectories.
   *
   * @throws InputException if the file is cut off or is something else
   */
  static List<Located> readAll(Path file, Configuration hadoop) throws IOException {
    List<Located> all = new ArrayList<>();
    try (SteadyInput in = Storage.of(file, hadoop).open(file)) {
      long size = in.length();
      while (in.position() < size) {
        long start = in.position();
        int tag = in.read();
        if (tag != TAG) {
          throw bad(file, start, "byte %d where a trajectory must begin".formatted(tag));
        }
        long length = length(in, file, start);
        if (length > size - in.position()) {
          throw bad(
              file,
              start,
              "the trajectory has %,d bytes, only %,d are left: the file is cut off"
                  .formatted(length, size - in.position()));
        }
        if (length > MAX_TRAJECTORY_BYTES) {
          throw bad(file, start, "a trajectory of %,d bytes".formatted(length));
        }
        long offset = in.position();
        all.add(new Located(read(in, file, (int) length), offset, (int) length));
      }
    }
    return all;
  }

  /** Reads the trajectory at an offset. */
  static Trajectory readAt(Path file, long offset, int length, Configuration hadoop)
      throws IOException {
    try (SteadyInput in = Storage.of(file, hadoop).open(file)) {
      in.seek(offset);
      return read(in, file, length);
    }
  }

  private static Trajectory read(SteadyInput in, Path file, int length) throws IOException {
    long offset = in.position();
    byte[] message = new byte[length];
    in.readFully(message);
    try {
      return Trajectory.read(ByteBuffer.wrap(message));
    } catch (MalformedException e) {
      throw bad(file, offset, e.getMessage());
    }
  }

  private static long length(SteadyInput in, Path file, long start) throws IOException {
    long value = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      int b = in.read();
      if (b < 0) {
        throw new InputException(
            "Cannot read %s: it is cut off at byte %,d".formatted(file, start), new EOFException());
      }
      value |= (long) (b & 0x7f) << shift;
      if (b < 0x80) {
        return value;
      }
    }
    throw bad(file, start, "a trajectory of more than 2^35 bytes");
  }

  private static InputException bad(Path file, long offset, String what) {
    return new InputException("Cannot read %s: at byte %,d: %s".formatted(file, offset, what));
  }
}
