package org.networkfission.prep.scannet;

import java.io.Closeable;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.networkfission.prep.frame.FrameException;
import org.networkfission.prep.frame.Reason;
import org.networkfission.prep.storage.SteadyInput;
import org.networkfission.prep.storage.Storage;

/**
 * Reads single entries of a zip archive (APPNOTE 6.3) on any Hadoop file system, by seeking: the
 * JDK's reader needs a local file. Stored and deflated entries, archives below 4 GB.
 */
final class ZipReader implements Closeable {
  private static final int END_BYTES = 22;
  private static final int MAX_COMMENT_BYTES = 0xffff;
  private static final int END_SIGNATURE = 0x06054b50;
  private static final int ENTRY_SIGNATURE = 0x02014b50;
  private static final int LOCAL_SIGNATURE = 0x04034b50;
  private static final int ENTRY_BYTES = 46;
  private static final int LOCAL_BYTES = 30;

  /** What names and attributes before an entry's contents are seldom longer than. */
  private static final int MAX_LOCAL_NAME = 512;

  private static final int STORED = 0;
  private static final int DEFLATED = 8;
  private static final long UNSIGNED = 0xffffffffL;

  /** Of the directory: names of 65,535 entries fit well. */
  private static final long MAX_DIRECTORY_BYTES = 64L << 20;

  /** Of one entry, compressed or not. */
  private static final long MAX_ENTRY_BYTES = 64L << 20;

  private final Path file;
  private final SteadyInput in;
  private final long size;
  private final Map<String, Entry> entries = new HashMap<>();

  private record Entry(int method, long crc, long compressed, long plain, long offset) {}

  /**
   * Opens an archive and reads its directory.
   *
   * @throws FrameException if it is missing or its directory cannot be read
   */
  ZipReader(Path file, Configuration hadoop) throws IOException, FrameException {
    this.file = file;
    try {
      in = Storage.of(file, hadoop).openRanges(file);
      size = in.length();
    } catch (FileNotFoundException e) {
      throw new FrameException(
          Reason.MISSING_FILE, "Cannot read labels: %s is missing".formatted(file), e);
    }
    try {
      readDirectory();
    } catch (IOException | FrameException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  private void readDirectory() throws IOException, FrameException {
    int tail = (int) Math.min(size, END_BYTES + MAX_COMMENT_BYTES);
    ByteBuffer end = read(size - tail, tail);
    int at = tail - END_BYTES;
    while (at >= 0 && end.getInt(at) != END_SIGNATURE) {
      at--;
    }
    if (at < 0) {
      throw bad(Reason.TRUNCATED, "it has no directory at its end");
    }
    int count = Short.toUnsignedInt(end.getShort(at + 10));
    long length = end.getInt(at + 12) & UNSIGNED;
    long offset = end.getInt(at + 16) & UNSIGNED;
    if (offset + length > size || length > MAX_DIRECTORY_BYTES) {
      throw bad(
          Reason.DECODE_ERROR,
          "its directory claims %,d bytes at %,d of %,d".formatted(length, offset, size));
    }
    ByteBuffer directory = read(offset, (int) length);
    for (int i = 0; i < count; i++) {
      if (directory.remaining() < ENTRY_BYTES
          || directory.getInt(directory.position()) != ENTRY_SIGNATURE) {
        throw bad(
            Reason.DECODE_ERROR, "its directory ends after %d of %d entries".formatted(i, count));
      }
      readEntry(directory);
    }
  }

  private void readEntry(ByteBuffer directory) throws FrameException {
    int at = directory.position();
    int nameLength = Short.toUnsignedInt(directory.getShort(at + 28));
    int extra = Short.toUnsignedInt(directory.getShort(at + 30));
    int comment = Short.toUnsignedInt(directory.getShort(at + 32));
    if (directory.remaining() < ENTRY_BYTES + nameLength + extra + comment) {
      throw bad(Reason.DECODE_ERROR, "an entry of its directory is cut off");
    }
    byte[] nameBytes = new byte[nameLength];
    directory.get(at + ENTRY_BYTES, nameBytes);
    // Windows' own archiver writes backslashes.
    String name = new String(nameBytes, StandardCharsets.UTF_8).replace('\\', '/');
    if (name.startsWith("/") || name.contains("..")) {
      throw bad(Reason.DECODE_ERROR, "its entry %s points outside of it".formatted(name));
    }
    Entry before =
        entries.put(
            name,
            new Entry(
                Short.toUnsignedInt(directory.getShort(at + 10)),
                directory.getInt(at + 16) & UNSIGNED,
                directory.getInt(at + 20) & UNSIGNED,
                directory.getInt(at + 24) & UNSIGNED,
                directory.getInt(at + 42) & UNSIGNED));
    if (before != null && !name.endsWith("/")) {
      throw bad(Reason.DECODE_ERROR, "it has two entries %s".formatted(name));
    }
    directory.position(at + ENTRY_BYTES + nameLength + extra + comment);
  }

  /** Whether no file is in it. */
  boolean isEmpty() {
    return entries.keySet().stream().allMatch(name -> name.endsWith("/"));
  }

  /**
   * Reads an entry.
   *
   * @param what what needs it, for messages
   * @throws FrameException if it is missing or cannot be decoded
   */
  byte[] read(String name, String what) throws IOException, FrameException {
    Entry entry = entries.get(name);
    if (entry == null) {
      throw new FrameException(
          Reason.MISSING_FILE,
          "Cannot read the labels of %s: %s has no entry %s".formatted(what, file, name));
    }
    if (entry.compressed > MAX_ENTRY_BYTES || entry.plain > MAX_ENTRY_BYTES) {
      throw bad(
          Reason.DECODE_ERROR,
          "its entry %s claims %,d bytes, %,d compressed"
              .formatted(name, entry.plain, entry.compressed));
    }
    byte[] data = data(name, entry);
    CRC32 crc = new CRC32();
    crc.update(data);
    if (crc.getValue() != entry.crc) {
      throw bad(Reason.DECODE_ERROR, "the checksum of its entry %s is wrong".formatted(name));
    }
    return data;
  }

  private byte[] data(String name, Entry entry) throws IOException, FrameException {
    try {
      // With what stands before the contents, whose length is known only there, in one piece.
      long guess = LOCAL_BYTES + MAX_LOCAL_NAME + entry.compressed;
      long there = Math.max(LOCAL_BYTES, Math.min(guess, size - entry.offset));
      ByteBuffer local = read(entry.offset, (int) there);
      if (local.getInt(0) != LOCAL_SIGNATURE) {
        throw bad(Reason.DECODE_ERROR, "its entry %s is not where it should be".formatted(name));
      }
      int skip =
          LOCAL_BYTES
              + Short.toUnsignedInt(local.getShort(26))
              + Short.toUnsignedInt(local.getShort(28));
      byte[] packed = new byte[(int) entry.compressed];
      if (skip + packed.length <= local.capacity()) {
        local.get(skip, packed);
      } else {
        read(entry.offset + skip, packed.length).get(packed);
      }
      return switch (entry.method) {
        case STORED -> packed;
        case DEFLATED -> inflate(name, packed, (int) entry.plain);
        default ->
            throw bad(
                Reason.DECODE_ERROR,
                "its entry %s has the unknown compression %d".formatted(name, entry.method));
      };
    } catch (EOFException e) {
      throw new FrameException(
          Reason.TRUNCATED, "Cannot read %s: it ends within its entry %s".formatted(file, name), e);
    }
  }

  private byte[] inflate(String name, byte[] packed, int length) throws FrameException {
    Inflater inflater = new Inflater(true);
    try {
      inflater.setInput(packed);
      byte[] plain = new byte[length];
      int filled = 0;
      int n = length == 0 ? 0 : inflater.inflate(plain);
      while (n > 0) {
        filled += n;
        n = inflater.inflate(plain, filled, length - filled);
      }
      if (filled < length) {
        throw bad(
            Reason.TRUNCATED,
            "its entry %s ends after %,d of %,d bytes".formatted(name, filled, length));
      }
      if (inflater.inflate(new byte[1]) > 0) {
        throw bad(
            Reason.DECODE_ERROR, "its entry %s holds more than %,d bytes".formatted(name, length));
      }
      return plain;
    } catch (DataFormatException e) {
      throw new FrameException(
          Reason.DECODE_ERROR,
          "Cannot read %s: bad deflate stream in its entry %s".formatted(file, name),
          e);
    } finally {
      inflater.end();
    }
  }

  private ByteBuffer read(long offset, int length) throws IOException {
    if (offset + length > size) {
      throw new EOFException("%s ends before %,d".formatted(file, offset + length));
    }
    byte[] bytes = new byte[length];
    in.seek(offset);
    in.readFully(bytes);
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private FrameException bad(Reason reason, String why) {
    return new FrameException(reason, "Cannot read %s: %s".formatted(file, why));
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
