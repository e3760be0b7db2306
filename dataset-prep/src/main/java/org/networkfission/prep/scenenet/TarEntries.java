package org.networkfission.prep.scenenet;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;

/**
 * The files of a tar archive (POSIX ustar and PAX, GNU long names), one after the other; packed by
 * gzip or not. Archives that were joined are read as one: what lies behind an end mark is read on.
 */
final class TarEntries implements Closeable {
  private static final int BLOCK = 512;
  private static final int NAME_BYTES = 100;
  private static final int SIZE_OFFSET = 124;
  private static final int SIZE_BYTES = 12;
  private static final int SUM_OFFSET = 148;
  private static final int SUM_BYTES = 8;
  private static final int TYPE_OFFSET = 156;
  private static final int MAGIC_OFFSET = 257;
  private static final int PREFIX_OFFSET = 345;
  private static final int PREFIX_BYTES = 155;

  /** Of a long name, or of the attributes of a file. */
  private static final int MAX_ATTRIBUTE_BYTES = 1 << 20;

  private static final int GZIP_MAGIC = 0x1f8b;
  private static final int BUFFER = 1 << 16;

  private final InputStream in;
  private String name = "";
  private long size;
  private long left;
  private boolean behindEndMark;

  TarEntries(InputStream archive) throws IOException {
    BufferedInputStream start = new BufferedInputStream(archive, BUFFER);
    start.mark(2);
    int magic = start.read() << 8 | start.read();
    start.reset();
    in = magic == GZIP_MAGIC ? new GZIPInputStream(start, BUFFER) : start;
  }

  /**
   * Moves to the next file; false at the end of the archive.
   *
   * @throws EOFException if the archive is cut off
   * @throws java.util.zip.ZipException if what gzip unpacks is not what was packed
   * @throws IOException if the archive is damaged
   */
  boolean next() throws IOException {
    String longName = null;
    long paxSize = -1;
    while (true) {
      in.skipNBytes(left + padding());
      left = 0;
      size = 0;
      byte[] header = in.readNBytes(BLOCK);
      if (header.length < BLOCK) {
        if (behindEndMark) {
          return false;
        }
        throw new EOFException("the archive ends without its end mark");
      }
      if (blank(header)) {
        behindEndMark = true;
        continue;
      }
      checkSum(header);
      behindEndMark = false;
      size = size(header);
      left = size;
      int type = header[TYPE_OFFSET];
      if (type == 'L') {
        byte[] text = attribute();
        longName = text(text, 0, text.length);
      } else if (type == 'x') {
        Pax pax = Pax.read(attribute());
        longName = pax.path() != null ? pax.path() : longName;
        paxSize = pax.size();
      } else if (type == '0' || type == 0 || type == '7') {
        name = longName != null ? longName : name(header);
        size = paxSize >= 0 ? paxSize : size;
        left = size;
        return true;
      }
    }
  }

  /**
   * Reads to the end and so makes gzip compare its checksum.
   *
   * @throws java.util.zip.ZipException if what gzip unpacks is not what was packed
   */
  void drain() throws IOException {
    byte[] buffer = new byte[BUFFER];
    while (in.read(buffer) >= 0) {
      left = 0;
    }
  }

  /** Whether all files were read, and only what closes the archive was not. */
  boolean isBehindEndMark() {
    return behindEndMark;
  }

  String name() {
    return name;
  }

  long size() {
    return size;
  }

  /** The contents of the current file. */
  byte[] read() throws IOException {
    byte[] bytes = in.readNBytes((int) left);
    if (bytes.length < left) {
      throw new EOFException("the archive ends within " + name);
    }
    left = 0;
    return bytes;
  }

  private byte[] attribute() throws IOException {
    if (size > MAX_ATTRIBUTE_BYTES) {
      throw new IOException("a name or attributes of %,d bytes".formatted(size));
    }
    return read();
  }

  private long padding() {
    return (BLOCK - size % BLOCK) % BLOCK;
  }

  private static boolean blank(byte[] header) {
    for (byte b : header) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  /** The sum of a header's bytes, its own eight taken as spaces; a blank one was never made. */
  private static void checkSum(byte[] header) throws IOException {
    String text = text(header, SUM_OFFSET, SUM_BYTES).trim();
    if (text.isEmpty()) {
      return;
    }
    long unsigned = 0;
    long signed = 0;
    for (int i = 0; i < BLOCK; i++) {
      byte b = i >= SUM_OFFSET && i < SUM_OFFSET + SUM_BYTES ? (byte) ' ' : header[i];
      unsigned += b & 0xff;
      signed += b;
    }
    long stored = octal(text);
    if (stored != unsigned && stored != signed) {
      throw new IOException(
          "the checksum of the header of \"%s\" is wrong".formatted(text(header, 0, NAME_BYTES)));
    }
  }

  private static String name(byte[] header) {
    String own = text(header, 0, NAME_BYTES);
    // Before ustar, and in GNU's own form, other things stand where the prefix would be.
    boolean ustar = text(header, MAGIC_OFFSET, 6).equals("ustar");
    String prefix = ustar ? text(header, PREFIX_OFFSET, PREFIX_BYTES) : "";
    return prefix.isEmpty() ? own : prefix + "/" + own;
  }

  private static long size(byte[] header) throws IOException {
    if ((header[SIZE_OFFSET] & 0x80) != 0) {
      long value = 0;
      for (int i = SIZE_OFFSET + 4; i < SIZE_OFFSET + SIZE_BYTES; i++) {
        value = value << 8 | (header[i] & 0xff);
      }
      if (value < 0) {
        throw new IOException("a file of more than 2^63 bytes");
      }
      return value;
    }
    String text = text(header, SIZE_OFFSET, SIZE_BYTES).trim();
    return text.isEmpty() ? 0 : octal(text);
  }

  private static long octal(String text) throws IOException {
    try {
      return Long.parseUnsignedLong(text, 8);
    } catch (NumberFormatException e) {
      throw new IOException("\"%s\" where a number must be".formatted(text), e);
    }
  }

  private static String text(byte[] bytes, int from, int length) {
    int end = from;
    while (end < from + length && bytes[end] != 0) {
      end++;
    }
    return new String(bytes, from, end - from, StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  /**
   * The attributes of a file, as PAX writes them: records {@code <length> <key>=<value>\n}.
   *
   * @param path null where it is that of the header
   * @param size -1 where it is that of the header
   */
  private record Pax(String path, long size) {
    static Pax read(byte[] records) throws IOException {
      String path = null;
      long size = -1;
      int at = 0;
      while (at < records.length && records[at] != 0) {
        int space = at;
        while (space < records.length && records[space] >= '0' && records[space] <= '9') {
          space++;
        }
        long length = number(new String(records, at, space - at, StandardCharsets.US_ASCII));
        if (length <= space - at + 1 || length > records.length - at) {
          throw new IOException("attributes that cannot be read");
        }
        String record =
            new String(records, space + 1, (int) (at + length - space - 2), StandardCharsets.UTF_8);
        if (record.startsWith("path=")) {
          path = record.substring("path=".length());
        } else if (record.startsWith("size=")) {
          size = number(record.substring("size=".length()));
        }
        at += (int) length;
      }
      return new Pax(path, size);
    }

    private static long number(String digits) throws IOException {
      if (digits.isEmpty() || digits.length() > 18 || !digits.chars().allMatch(Pax::isDigit)) {
        throw new IOException("attributes that cannot be read");
      }
      return Long.parseLong(digits);
    }

    private static boolean isDigit(int c) {
      return c >= '0' && c <= '9';
    }
  }
}
