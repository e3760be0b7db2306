package org.networkfission.prep.nyudv2;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.networkfission.prep.storage.SteadyInput;
import org.networkfission.prep.storage.Storage;

/** A file of any Hadoop file system as a channel. */
final class HadoopChannel implements SeekableByteChannel {
  private static final int MOST_AT_ONCE = 1 << 20;

  private final SteadyInput in;
  private final long size;
  private long position;
  private boolean open = true;

  HadoopChannel(Path file, Configuration hadoop) throws IOException {
    in = Storage.of(file, hadoop).open(file);
    size = in.length();
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    if (position >= size) {
      return -1;
    }
    int length = (int) Math.min(Math.min(target.remaining(), MOST_AT_ONCE), size - position);
    byte[] bytes = new byte[length];
    in.seek(position);
    in.readFully(bytes);
    target.put(bytes);
    position += length;
    return length;
  }

  @Override
  public int write(ByteBuffer source) {
    throw new NonWritableChannelException();
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public SeekableByteChannel position(long newPosition) {
    if (newPosition < 0) {
      throw new IllegalArgumentException("Cannot seek to %,d".formatted(newPosition));
    }
    position = newPosition;
    return this;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public SeekableByteChannel truncate(long newSize) {
    throw new NonWritableChannelException();
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public void close() throws IOException {
    open = false;
    in.close();
  }
}
