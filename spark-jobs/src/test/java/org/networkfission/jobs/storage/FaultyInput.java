package org.networkfission.jobs.storage;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.PositionedReadable;
import org.apache.hadoop.fs.Seekable;
import org.networkfission.jobs.storage.CallFaults.Call;

/** A stream of {@link FaultyFileSystem}. */
final class FaultyInput extends InputStream implements Seekable, PositionedReadable {
  private final Path path;
  private final FSDataInputStream in;

  FaultyInput(Path path, FSDataInputStream in) {
    this.path = path;
    this.in = in;
  }

  @Override
  public int read() throws IOException {
    return CallFaults.meet(Call.READ, path) ? -1 : in.read();
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    return CallFaults.meet(Call.READ, path) ? -1 : in.read(bytes, offset, length);
  }

  @Override
  public int read(long position, byte[] bytes, int offset, int length) throws IOException {
    return CallFaults.meet(Call.READ, path) ? -1 : in.read(position, bytes, offset, length);
  }

  @Override
  public void readFully(long position, byte[] bytes, int offset, int length) throws IOException {
    if (CallFaults.meet(Call.READ, path)) {
      throw new EOFException("injected: the stream ends");
    }
    in.readFully(position, bytes, offset, length);
  }

  @Override
  public void readFully(long position, byte[] bytes) throws IOException {
    readFully(position, bytes, 0, bytes.length);
  }

  @Override
  public void seek(long position) throws IOException {
    in.seek(position);
  }

  @Override
  public long getPos() throws IOException {
    return in.getPos();
  }

  @Override
  public boolean seekToNewSource(long target) {
    return false;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
