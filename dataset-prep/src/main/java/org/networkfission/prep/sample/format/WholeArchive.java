package org.networkfission.prep.sample.format;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.networkfission.prep.commit.OutputFolder;

/** Writes an archive as an output folder of its own. */
public final class WholeArchive {
  private static final String JOB = "sample";

  /** Writes the files of an archive. */
  public interface Contents {
    void write(OutputFolder folder, ExecutorService pool) throws IOException;
  }

  private WholeArchive() {}

  /**
   * Writes an archive, which is finished when it has its record.
   *
   * @throws org.networkfission.prep.settings.ConfigException if the folder exists
   */
  public static void write(Path root, Configuration hadoop, int threads, Contents contents)
      throws IOException {
    try (OutputFolder folder = OutputFolder.begin("sample.output", root, JOB, hadoop)) {
      ExecutorService pool = Executors.newFixedThreadPool(threads);
      try {
        contents.write(folder, pool);
      } finally {
        pool.shutdownNow();
      }
      folder.commit();
    }
  }

  /** What was rendered. */
  public static <T> T await(Future<T> frame) throws IOException {
    try {
      return frame.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException io) {
        throw io;
      }
      throw new IllegalStateException("Cannot render a frame", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Interrupted while frames were rendered");
    }
  }
}
