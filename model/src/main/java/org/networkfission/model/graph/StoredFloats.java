package org.networkfission.model.graph;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * A flat array of floats as {@code Nd4j.write} stores it: two buffers, one of the shape and one of
 * the values, each of which begins with how it was held, its length and its type. ND4J reads values
 * one by one, and into its own memory.
 */
final class StoredFloats {
  private static final int BLOCK_BYTES = 1 << 16;

  /** How files call integers of eight bytes. */
  private static final String WIDE = "LONG";

  private final InputStream in;
  private final int length;

  private StoredFloats(InputStream in, int length) {
    this.in = in;
    this.length = length;
  }

  /**
   * Reads what stands before the values.
   *
   * @throws IOException if they are no floats
   */
  static StoredFloats open(InputStream in) throws IOException {
    DataInputStream data = new DataInputStream(in);
    data.readUTF();
    long words = data.readLong();
    boolean wide = data.readUTF().equals(WIDE);
    data.skipNBytes(words * (wide ? Long.BYTES : Integer.BYTES));
    data.readUTF();
    long length = data.readLong();
    String type = data.readUTF();
    if (!type.equals(DataType.FLOAT.name()) || length < 0 || length > Integer.MAX_VALUE) {
      throw new IOException(
          "Cannot read model: its parameters are %d values of type %s".formatted(length, type));
    }
    return new StoredFloats(in, (int) length);
  }

  /** How many there are. */
  int length() {
    return length;
  }

  /**
   * Reads all values.
   *
   * @throws EOFException if there are fewer
   */
  float[] read() throws IOException {
    float[] values = new float[length];
    ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES);
    int at = 0;
    while (at < length) {
      int count = Math.min(BLOCK_BYTES / Float.BYTES, length - at);
      int bytes = count * Float.BYTES;
      if (in.readNBytes(block.array(), 0, bytes) < bytes) {
        throw ended();
      }
      block.asFloatBuffer().get(values, at, count);
      at += count;
    }
    return values;
  }

  /** Reads all values without keeping them; returns none. A zip's own way to skip is slow. */
  float[] skip() throws IOException {
    byte[] block = new byte[BLOCK_BYTES];
    for (long left = (long) length * Float.BYTES; left > 0; left -= BLOCK_BYTES) {
      int bytes = (int) Math.min(BLOCK_BYTES, left);
      if (in.readNBytes(block, 0, bytes) < bytes) {
        throw ended();
      }
    }
    return new float[0];
  }

  private static EOFException ended() {
    return new EOFException("Cannot read model: its parameters end early");
  }
}
