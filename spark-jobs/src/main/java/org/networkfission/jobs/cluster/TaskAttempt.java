package org.networkfission.jobs.cluster;

import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.executor.CommitDeniedException;

/** Which attempt of a Spark task this is: each writes files of its own. */
public final class TaskAttempt {
  private TaskAttempt() {}

  /**
   * What tells the names of this attempt's files from those of all others in the application:
   * nothing for the first, {@code -<stage attempt>-<attempt>} for a later one.
   */
  public static String suffix() {
    TaskContext task = TaskContext.get();
    return task.attemptNumber() == 0 && task.stageAttemptNumber() == 0
        ? ""
        : "-%d-%d".formatted(task.stageAttemptNumber(), task.attemptNumber());
  }

  /**
   * Asks the driver to be the only attempt that writes files of names that others would write too.
   * An attempt that may not ends without being counted as a failure; where the one that may fails,
   * the next is asked again.
   *
   * @throws CommitDeniedException if another attempt at the same partition may
   */
  public static void requireSoleWriter() throws CommitDeniedException {
    TaskContext task = TaskContext.get();
    boolean may =
        SparkEnv.get()
            .outputCommitCoordinator()
            .canCommit(
                task.stageId(),
                task.stageAttemptNumber(),
                task.partitionId(),
                task.attemptNumber());
    if (!may) {
      throw new CommitDeniedException(
          "Another attempt writes the files of this task",
          task.stageId(),
          task.partitionId(),
          task.attemptNumber());
    }
  }
}
