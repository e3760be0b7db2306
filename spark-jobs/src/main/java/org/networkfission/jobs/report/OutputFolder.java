package org.networkfission.jobs.report;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.networkfission.prep.settings.ConfigException;

/**
 * A folder that appears whole or not at all: files are written beside it, then it is renamed. Where
 * the job is killed, what is left has a name that begins with {@code _temporary}.
 */
public final class OutputFolder implements AutoCloseable {
  private final Path folder;
  private final Path temporary;
  private final FileSystem files;

  /**
   * Claims a folder that must not exist yet.
   *
   * @param key the configuration key that names it
   * @throws ConfigException if it exists
   */
  public OutputFolder(String key, Path folder, Configuration hadoop) throws IOException {
    this.files = folder.getFileSystem(hadoop);
    this.folder = files.makeQualified(folder);
    this.temporary =
        new Path(
            this.folder.getParent(),
            "_temporary-%s-%s".formatted(folder.getName(), UUID.randomUUID()));
    if (files.exists(this.folder)) {
      throw new ConfigException(
          List.of("%s = %s: it exists; delete it or choose another".formatted(key, folder)));
    }
  }

  /** Writes a file. */
  public void write(String name, byte[] content) throws IOException {
    try (OutputStream out = files.create(new Path(temporary, name), false)) {
      out.write(content);
    }
  }

  /** Where files are before {@link #publish}, for those that executors write. */
  public Path temporary() {
    return temporary;
  }

  /** Lets the folder appear. */
  public void publish() throws IOException {
    // A rename onto a folder that has come up meanwhile would move this one into it.
    if (files.exists(folder) || !files.rename(temporary, folder)) {
      throw new IOException(
          "Cannot rename %s to %s: does it exist by now?".formatted(temporary, folder));
    }
  }

  /** Removes what was not published. */
  @Override
  public void close() throws IOException {
    files.delete(temporary, true);
  }
}
