package org.networkfission.jobs.cluster;

import java.util.Locale;
import org.apache.spark.TaskContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What executors say in their own logs of what they do: one line per task, with its rate. Where the
 * driver does the work itself its console does not show them.
 */
public final class TaskLog {
  private static final Logger LOG = LoggerFactory.getLogger(TaskLog.class);

  private TaskLog() {}

  /** Says something of the task that runs in this thread. */
  public static void say(String what) {
    TaskContext task = TaskContext.get();
    String attempt = task == null || TaskAttempt.suffix().isEmpty() ? "" : ", tried again";
    LOG.info("{}{}", what, attempt);
  }

  /**
   * Says what a task has done.
   *
   * @param what its piece of the work, such as {@code unit train/0-0}
   * @param count of how many things
   * @param things such as "frames"
   * @param rejected how many more could not be used
   * @param start when it began, of {@link System#nanoTime}
   */
  public static void done(String what, long count, String things, long rejected, long start) {
    double seconds = Math.max(1e-3, (System.nanoTime() - start) / 1e9);
    say(
        String.format(
            Locale.ROOT,
            "%s: %d %s%s in %.1f s, %.1f a second",
            what,
            count,
            things,
            rejected == 0 ? "" : " and " + rejected + " in quarantine",
            seconds,
            (count + rejected) / seconds));
  }
}
