package org.networkfission.prep.sample.format;

import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.networkfission.prep.frame.InputException;

/** Writes an archive so that it appears whole or not at all. */
public final class WholeArchive {
  /** Writes the files of an archive. */
  public interface Contents {
    public void write(FileSystem files, Path folder, ExecutorService pool)
        throws IOException, InterruptedException;
  }

  private WholeArchive() {}

  /**
   * Writes under {@code _temporary-<name>} next to the archive's place, and moves it there at the
   * end.
   *
   * @throws InputException if the folder exists
   */
  public static void write(Path root, Configuration hadoop, int threads, Contents contents)
      throws IOException, InterruptedException {
    FileSystem files = root.getFileSystem(hadoop);
    if (files.exists(root)) {
      throw new InputException(
          "Cannot write a sample to %s: it exists; delete it or choose another place"
              .formatted(root));
    }
    Path temporary = new Path(root.getParent(), "_temporary-" + root.getName());
    files.delete(temporary, true);
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      contents.write(files, temporary, pool);
    } finally {
      pool.shutdownNow();
    }
    if (!files.rename(temporary, root)) {
      throw new IOException("Cannot move the finished sample %s to %s".formatted(temporary, root));
    }
  }

  public static <T> T await(Future<T> frame) throws IOException, InterruptedException {
    try {
      return frame.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException io) {
        throw io;
      }
      throw new IllegalStateException("Cannot render a frame", e.getCause());
    }
  }

  public static void writeFile(FileSystem files, Path file, byte[] bytes) throws IOException {
    try (OutputStream out = files.create(file, false)) {
      out.write(bytes);
    }
  }
}
