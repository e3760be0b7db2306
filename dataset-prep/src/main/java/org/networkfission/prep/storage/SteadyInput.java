package org.networkfission.prep.storage;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.util.functional.FutureIO;

/**
 * The bytes of a file. Where reading fails, or ends before the length that the file has, the file
 * is opened again at the same place. Ends where the file ends and nowhere else.
 */
public final class SteadyInput extends InputStream {
  /** What S3A reads ahead by; other file systems do not know it. */
  private static final String POLICY = "fs.s3a.experimental.input.fadvise";

  private final FileSystem files;
  private final Path file;
  private final FileStatus status;
  private final long length;
  private final boolean ranges;
  private final Attempts attempts;
  private FSDataInputStream in;
  private long position;

  /**
   * Opens a file.
   *
   * @param status of the file, so that an object store need not be asked for it again
   * @param ranges whether pieces are read here and there, each with one call
   */
  SteadyInput(FileSystem files, FileStatus status, boolean ranges, Attempts attempts)
      throws IOException {
    this.files = files;
    this.file = status.getPath();
    this.status = status;
    this.length = status.getLen();
    this.ranges = ranges;
    this.attempts = attempts;
    this.in = attempts.run(file, this::open);
  }

  private FSDataInputStream open() throws IOException {
    return FutureIO.awaitFuture(
        files
            .openFile(file)
            .opt(POLICY, ranges ? "random" : "normal")
            .withFileStatus(status)
            .build());
  }

  /** Lets go of the connection until the next byte is read. */
  public void release() {
    drop();
  }

  /** The length of the file in bytes. */
  public long length() {
    return length;
  }

  /** Where the next byte is read, from 0 on. */
  public long position() {
    return position;
  }

  /** Moves to a byte; one behind the end has nothing to read. */
  public void seek(long to) throws IOException {
    if (to < 0) {
      throw new EOFException("Cannot seek to byte %,d of %s".formatted(to, file));
    }
    if (to != position && in != null && to <= length) {
      position = to;
      attempts.run(file, this::reach);
    }
    position = to;
  }

  /** Opens the file where it is not, at the place where it is to be read. */
  private FSDataInputStream reach() throws IOException {
    try {
      if (in == null) {
        in = open();
      }
      if (in.getPos() != position) {
        in.seek(position);
      }
      return in;
    } catch (IOException e) {
      drop();
      throw e;
    }
  }

  @Override
  public int read(byte[] bytes, int offset, int count) throws IOException {
    Objects.checkFromIndexSize(offset, count, bytes.length);
    if (count == 0) {
      return 0;
    }
    if (position >= length) {
      return -1;
    }
    int most = (int) Math.min(count, length - position);
    int read = attempts.run(file, () -> readOnce(bytes, offset, most));
    position += read;
    return read;
  }

  private int readOnce(byte[] bytes, int offset, int count) throws IOException {
    try {
      int read = reach().read(bytes, offset, count);
      if (read <= 0) {
        throw new EOFException(
            "it gave %,d of the %,d bytes that the file has".formatted(position, length));
      }
      return read;
    } catch (IOException e) {
      drop();
      throw e;
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  /**
   * Reads as many bytes as an array has.
   *
   * @throws EOFException if the file has fewer left
   */
  public void readFully(byte[] bytes) throws IOException {
    if (bytes.length > length - position) {
      throw new EOFException(
          "Cannot read %,d bytes at %,d of %s: it has %,d"
              .formatted(bytes.length, position, file, length));
    }
    int filled = 0;
    while (filled < bytes.length) {
      filled += read(bytes, filled, bytes.length - filled);
    }
  }

  @Override
  public long skip(long count) throws IOException {
    long skipped = Math.max(0, Math.min(count, length - position));
    seek(position + skipped);
    return skipped;
  }

  /** How many bytes are left, as far as an int tells. */
  @Override
  public int available() {
    return (int) Math.max(0, Math.min(Integer.MAX_VALUE, length - position));
  }

  private void drop() {
    if (in != null) {
      try {
        in.close();
      } catch (IOException e) {
        // What failed already may fail to close, too; the file is opened anew.
      }
      in = null;
    }
  }

  @Override
  public void close() throws IOException {
    if (in != null) {
      in.close();
      in = null;
    }
  }
}
