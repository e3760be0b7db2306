package org.networkfission.prep.shard;

import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.io.DelegatingSeekableInputStream;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.SeekableInputStream;
import org.networkfission.prep.storage.SteadyInput;
import org.networkfission.prep.storage.Storage;

/** A file that Parquet reads with patience, by one stream. */
final class SteadyInputFile implements InputFile {
  private final Path file;
  private final SteadyInput in;

  private SteadyInputFile(Path file, SteadyInput in) {
    this.file = file;
    this.in = in;
  }

  /**
   * Opens the file at a path.
   *
   * @throws java.io.FileNotFoundException if there is none
   */
  static SteadyInputFile of(Path file, Configuration hadoop) throws IOException {
    return new SteadyInputFile(file, Storage.of(file, hadoop).openRanges(file));
  }

  @Override
  public long getLength() {
    return in.length();
  }

  /** The one stream, which Parquet asks for once and closes. */
  @Override
  public SeekableInputStream newStream() {
    return new DelegatingSeekableInputStream(in) {
      @Override
      public long getPos() {
        return in.position();
      }

      @Override
      public void seek(long position) throws IOException {
        in.seek(position);
      }
    };
  }

  /** Lets go of the connection until the next byte is read. */
  void release() {
    in.release();
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
