package org.networkfission.jobs.cluster;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ExceptionFailure;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.apache.spark.scheduler.SparkListenerTaskEnd;

/** Remembers why executors went away and tasks failed: what a job ends with names neither. */
final class ExecutorLosses extends SparkListener {
  private static final int MOST = 100;

  private final List<String> reasons = new ArrayList<>();

  @Override
  public synchronized void onExecutorRemoved(SparkListenerExecutorRemoved removed) {
    add(removed.reason());
  }

  @Override
  public synchronized void onTaskEnd(SparkListenerTaskEnd end) {
    if (end.reason() instanceof ExceptionFailure failure) {
      add(failure.toErrorString());
    }
  }

  private void add(String reason) {
    if (reasons.size() < MOST) {
      reasons.add(reason);
    }
  }

  /** What happened, the first first. */
  synchronized List<String> reasons() {
    return List.copyOf(reasons);
  }
}
