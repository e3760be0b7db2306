package org.networkfission.prep.scenenet;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;

/** The files of a tar.gz archive (POSIX ustar, GNU long names), one after the other. */
final class TarEntries implements Closeable {
  private static final int BLOCK = 512;
  private static final int NAME_BYTES = 100;
  private static final int SIZE_OFFSET = 124;
  private static final int SIZE_BYTES = 12;
  private static final int TYPE_OFFSET = 156;
  private static final int PREFIX_OFFSET = 345;
  private static final int PREFIX_BYTES = 155;
  private static final int MAX_NAME_BYTES = 4096;

  private final InputStream in;
  private String name = "";
  private long size;
  private long left;

  TarEntries(InputStream compressed) throws IOException {
    in = new GZIPInputStream(compressed, 1 << 16);
  }

  /**
   * Moves to the next file; false at the end of the archive.
   *
   * @throws IOException if the archive is cut off or damaged
   */
  boolean next() throws IOException {
    String longName = null;
    while (true) {
      in.skipNBytes(left + padding());
      left = 0;
      size = 0;
      byte[] header = in.readNBytes(BLOCK);
      if (header.length < BLOCK) {
        throw new EOFException("the archive ends without its end mark");
      }
      if (header[0] == 0) {
        return false;
      }
      size = octal(header);
      left = size;
      int type = header[TYPE_OFFSET];
      if (type == 'L') {
        if (size > MAX_NAME_BYTES) {
          throw new IOException("a name of %,d bytes".formatted(size));
        }
        longName = text(read(), 0, (int) size);
      } else if (type == '0' || type == 0) {
        String prefix = text(header, PREFIX_OFFSET, PREFIX_BYTES);
        String own = text(header, 0, NAME_BYTES);
        name = longName != null ? longName : prefix.isEmpty() ? own : prefix + "/" + own;
        return true;
      }
    }
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

  private long padding() {
    return (BLOCK - size % BLOCK) % BLOCK;
  }

  private static long octal(byte[] header) throws IOException {
    String text = text(header, SIZE_OFFSET, SIZE_BYTES).trim();
    try {
      return text.isEmpty() ? 0 : Long.parseUnsignedLong(text, 8);
    } catch (NumberFormatException e) {
      throw new IOException("a file of the size \"%s\"".formatted(text), e);
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
}
