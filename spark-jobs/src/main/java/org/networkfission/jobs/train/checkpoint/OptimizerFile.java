package org.networkfission.jobs.train.checkpoint;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;
import org.networkfission.model.optimizer.Adam.Moments;

/**
 * A file of what one replica holds of its slice: magic and version, first and last element + 1, 1
 * if there is a moving average and 0 if not (int); the first moments, the second moments, the
 * average (float); the CRC-32 of all that (long); big-endian.
 */
public final class OptimizerFile {
  private static final int MAGIC = 0x4e464f01; // "NFO" and the version
  private static final int HEADER_BYTES = 4 * Integer.BYTES;
  private static final int BLOCK = 1 << 14;

  private OptimizerFile() {}

  /**
   * What a file holds.
   *
   * @param moments the optimizer's
   * @param average the moving average of the slice's parameters, if one is kept
   */
  public record Contents(Moments moments, Optional<float[]> average) {}

  static void write(Contents contents, OutputStream stream) throws IOException {
    Moments moments = contents.moments();
    CheckedOutputStream checked = new CheckedOutputStream(stream, new CRC32());
    DataOutputStream out = new DataOutputStream(checked);
    out.writeInt(MAGIC);
    out.writeInt(moments.from());
    out.writeInt(moments.to());
    out.writeInt(contents.average().isPresent() ? 1 : 0);
    writeAll(moments.first(), out);
    writeAll(moments.second(), out);
    if (contents.average().isPresent()) {
      writeAll(contents.average().get(), out);
    }
    out.writeLong(checked.getChecksum().getValue());
    out.flush();
  }

  private static void writeAll(float[] values, DataOutputStream out) throws IOException {
    ByteBuffer block = ByteBuffer.allocate(BLOCK * Float.BYTES);
    for (int from = 0; from < values.length; from += BLOCK) {
      int length = Math.min(BLOCK, values.length - from);
      block.asFloatBuffer().put(values, from, length);
      out.write(block.array(), 0, length * Float.BYTES);
    }
  }

  /** How long a file of so many elements is. */
  static long bytes(int elements, boolean averaged) {
    return HEADER_BYTES + (averaged ? 3L : 2L) * Float.BYTES * elements + Long.BYTES;
  }

  /**
   * Reads a file.
   *
   * @param from the slice that it must hold
   * @param bytes how long the file is: nothing is allocated for what it cannot hold
   * @throws IOException if it is none, not whole, or of another slice
   */
  static Contents read(InputStream stream, int from, int to, long bytes) throws IOException {
    CheckedInputStream checked = new CheckedInputStream(stream, new CRC32());
    DataInputStream in = new DataInputStream(checked);
    try {
      if (in.readInt() != MAGIC) {
        throw new IOException("it is not a file of optimizer moments");
      }
      int first = in.readInt();
      int end = in.readInt();
      if (first != from || end != to) {
        throw new IOException(
            "it holds elements %d to %d, not %d to %d".formatted(first, end, from, to));
      }
      boolean averaged = in.readInt() == 1;
      if (bytes != bytes(to - from, averaged)) {
        throw new IOException(
            "it has %d bytes, %d elements take %d"
                .formatted(bytes, to - from, bytes(to - from, averaged)));
      }
      Moments moments = Moments.zeros(from, to);
      readAll(moments.first(), in);
      readAll(moments.second(), in);
      Optional<float[]> average = averaged ? Optional.of(new float[to - from]) : Optional.empty();
      if (averaged) {
        readAll(average.get(), in);
      }
      long sum = checked.getChecksum().getValue();
      if (in.readLong() != sum) {
        throw new IOException("its checksum is wrong");
      }
      return new Contents(moments, average);
    } catch (EOFException e) {
      throw new IOException("it is not whole", e);
    }
  }

  private static void readAll(float[] values, DataInputStream in) throws IOException {
    byte[] block = new byte[BLOCK * Float.BYTES];
    for (int from = 0; from < values.length; from += BLOCK) {
      int length = Math.min(BLOCK, values.length - from);
      in.readFully(block, 0, length * Float.BYTES);
      ByteBuffer.wrap(block).asFloatBuffer().get(values, from, length);
    }
  }
}
