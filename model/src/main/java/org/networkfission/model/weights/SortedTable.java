package org.networkfission.model.weights;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.xerial.snappy.Snappy;

/**
 * Reads a table of sorted keys and their values (LevelDB's SSTable), which TensorFlow's checkpoints
 * have as their index. Blocks are plain or compressed by snappy, and each has a checksum.
 *
 * <p>A block holds entries one after another: how many bytes of the key are those of the key
 * before, how many follow, how long the value is, all as varints; then these bytes of the key and
 * the value. Behind them stand the offsets of entries whose keys are whole, and how many there are.
 */
final class SortedTable {
  private static final long MAGIC = 0xdb4775248b80fb57L;
  private static final int FOOTER = 48;

  /** Behind each block: how it is compressed, and its checksum. */
  private static final int TRAILER = 5;

  /** An index has tens of kilobytes; a tensor's entry has less than a hundred bytes. */
  private static final int LARGEST = 1 << 26;

  private SortedTable() {}

  /**
   * Reads a whole table.
   *
   * @return values by key, of which each char is a byte
   * @throws IOException if it is no such table, not whole, or damaged
   */
  static Map<String, byte[]> read(FileChannel channel) throws IOException {
    long size = channel.size();
    if (size < FOOTER || size > LARGEST) {
      throw new IOException("its index has %d bytes".formatted(size));
    }
    ByteBuffer file = FloatType.read(channel, 0, Math.toIntExact(size));
    if (file.getLong(file.limit() - 8) != MAGIC) {
      throw new IOException("its index does not end as a table does");
    }
    try {
      ByteBuffer footer = file.slice(file.limit() - FOOTER, FOOTER - 8);
      varint(footer); // Where other blocks lie that TensorFlow does not write.
      varint(footer);
      ByteBuffer index = block(file, varint(footer), varint(footer));
      Map<String, byte[]> all = new TreeMap<>();
      for (byte[] handle : entries(index).values()) {
        ByteBuffer place = ByteBuffer.wrap(handle);
        all.putAll(entries(block(file, varint(place), varint(place))));
      }
      return all;
    } catch (BufferUnderflowException | IndexOutOfBoundsException | IllegalArgumentException e) {
      throw new IOException("its index is not whole", e);
    }
  }

  /** The contents of a block. */
  private static ByteBuffer block(ByteBuffer file, long offset, long length) throws IOException {
    if (offset < 0 || length < 0 || offset > file.limit() || length > file.limit()) {
      throw new IOException("a block of its index lies beyond the end");
    }
    ByteBuffer bytes =
        file.slice(Math.toIntExact(offset), Math.toIntExact(length) + TRAILER)
            .order(ByteOrder.LITTLE_ENDIAN);
    int end = Math.toIntExact(length);
    byte compression = bytes.get(end);
    if (masked(bytes.slice(0, end + 1)) != bytes.getInt(end + 1)) {
      throw new IOException("the checksum of a block of its index does not fit");
    }
    byte[] contents = new byte[end];
    bytes.get(0, contents);
    return switch (compression) {
      case 0 -> ByteBuffer.wrap(contents);
      case 1 -> ByteBuffer.wrap(uncompressed(contents));
      default -> throw new IOException("a block is compressed in a way %d".formatted(compression));
    };
  }

  private static byte[] uncompressed(byte[] contents) throws IOException {
    int length = Snappy.uncompressedLength(contents);
    // A copy of up to 64 bytes takes 2 at least.
    if (length < 0 || length > 64L * contents.length) {
      throw new IOException("a block claims to hold %d bytes".formatted(length));
    }
    return Snappy.uncompress(contents);
  }

  /** A checksum as it is stored: CRC-32C, turned and shifted. */
  static int masked(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return mask((int) crc.getValue());
  }

  static int mask(int crc) {
    return Integer.rotateRight(crc, 15) + 0xa282ead8;
  }

  private static Map<String, byte[]> entries(ByteBuffer block) throws IOException {
    int restarts = block.order(ByteOrder.LITTLE_ENDIAN).getInt(block.limit() - 4);
    ByteBuffer entries = block.slice(0, block.limit() - 4 - 4 * restarts);
    Map<String, byte[]> all = new TreeMap<>();
    byte[] key = new byte[0];
    while (entries.hasRemaining()) {
      int shared = Math.toIntExact(varint(entries));
      int own = Math.toIntExact(varint(entries));
      int length = Math.toIntExact(varint(entries));
      if (shared > key.length || own > entries.remaining() || length > entries.remaining()) {
        throw new IOException("an entry of its index lies beyond its block's end");
      }
      byte[] next = Arrays.copyOf(key, shared + own);
      entries.get(next, shared, own);
      byte[] value = new byte[length];
      entries.get(value);
      key = next;
      all.put(new String(key, java.nio.charset.StandardCharsets.ISO_8859_1), value);
    }
    return all;
  }

  private static long varint(ByteBuffer bytes) {
    long value = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      byte next = bytes.get();
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("a number of more than 35 bits");
  }
}
