package org.networkfission.jobs.cluster;

import org.apache.spark.TaskContext;

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
}
