package org.networkfission.jobs.cluster;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.spark.api.java.JavaFutureAction;

/** Waits for Spark jobs while their progress is told. */
public final class StageResult {
  private StageResult() {}

  /**
   * Waits for a job to end.
   *
   * @param progress called every second until then
   * @throws IOException if it failed
   */
  public static <T> T await(JavaFutureAction<T> job, Runnable progress) throws IOException {
    while (true) {
      try {
        return job.get(1, TimeUnit.SECONDS);
      } catch (TimeoutException e) {
        progress.run();
      } catch (ExecutionException e) {
        throw new IOException("A stage failed: " + e.getCause().getMessage(), e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("Interrupted while a stage ran", e);
      }
    }
  }
}
