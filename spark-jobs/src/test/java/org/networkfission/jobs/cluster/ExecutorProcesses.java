package org.networkfission.jobs.cluster;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** The processes of Spark's executors, for tests that stop, kill or watch them. */
public final class ExecutorProcesses {
  private ExecutorProcesses() {}

  /** Those that this test started, directly or by a launcher, the oldest first. */
  public static List<ProcessHandle> all() {
    return of(ProcessHandle.current());
  }

  /** Those that a process started, the oldest first. */
  public static List<ProcessHandle> of(ProcessHandle starter) {
    return starter
        .descendants()
        .filter(
            process ->
                process.info().arguments().stream()
                    .flatMap(Arrays::stream)
                    .anyMatch(argument -> argument.endsWith("ExecutorBackend")))
        .sorted(Comparator.comparing(ProcessHandle::pid))
        .toList();
  }
}
