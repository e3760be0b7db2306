package org.networkfission.prep.storage;

import java.io.IOException;
import java.io.OutputStream;

/**
 * A stream that throws a failure of another stream once. HDFS throws one and the same exception
 * when a file that failed is written to again; whoever closes writers by try-with-resources would
 * then add it to itself, and lose it for "Self-suppression not permitted". Closing is left to
 * whoever opened the other stream.
 */
public final class OneFailure extends OutputStream {
  private final OutputStream out;
  private IOException failure;

  /** Writes to another stream. */
  public OneFailure(OutputStream out) {
    this.out = out;
  }

  /** Whether the other stream has failed. */
  public boolean happened() {
    return failure != null;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  /**
   * Writes bytes.
   *
   * @throws IOException what the other stream threw; after that, a new one with the same message
   */
  @Override
  public void write(byte[] bytes, int from, int length) throws IOException {
    requireWhole();
    try {
      out.write(bytes, from, length);
    } catch (IOException e) {
      failure = e;
      throw e;
    }
  }

  @Override
  public void flush() throws IOException {
    requireWhole();
    try {
      out.flush();
    } catch (IOException e) {
      failure = e;
      throw e;
    }
  }

  private void requireWhole() throws IOException {
    if (failure != null) {
      throw new IOException(failure.getMessage(), failure);
    }
  }
}
