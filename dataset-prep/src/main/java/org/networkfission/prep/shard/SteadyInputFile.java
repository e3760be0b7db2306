package org.networkfission.prep.shard;

import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.io.DelegatingSeekableInputStream;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.SeekableInputStream;
import org.networkfission.prep.storage.SteadyInput;
import org.networkfission.prep.storage.Storage;

/**
 * A file that Parquet reads with patience.
 *
 * @param getLength in bytes
 */
record SteadyInputFile(Storage storage, Path file, long getLength) implements InputFile {
  /**
   * The file at a path.
   *
   * @throws java.io.FileNotFoundException if there is none
   */
  static SteadyInputFile of(Path file, Configuration hadoop) throws IOException {
    Storage storage = Storage.of(file, hadoop);
    return new SteadyInputFile(storage, file, storage.length(file));
  }

  @Override
  public SeekableInputStream newStream() throws IOException {
    SteadyInput in = storage.open(file);
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

  @Override
  public String toString() {
    return file.toString();
  }
}
