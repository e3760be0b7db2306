package org.networkfission.jobs.study;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Runs rows in the order in which they build on each other, some of them side by side. */
final class Schedule {
  private final Map<RowRun, Set<RowRun>> needs = new LinkedHashMap<>();

  /** What runs a row. */
  interface Work {
    void run(RowRun row) throws Exception;
  }

  private record Ended(RowRun row, Exception failure) {}

  /** Adds a row and the unfinished row that it builds on, if any. */
  void add(RowRun row, Set<RowRun> before) {
    needs.put(row, Set.copyOf(before));
  }

  /** In an order that they can run in. */
  List<RowRun> order() {
    List<RowRun> order = new ArrayList<>();
    while (order.size() < needs.size()) {
      needs.forEach(
          (row, before) -> {
            if (!order.contains(row) && order.containsAll(before)) {
              order.add(row);
            }
          });
    }
    return order;
  }

  /**
   * Runs all rows. Where one fails, those that build on it are left out and the others run.
   *
   * @param parallel how many run at the same time
   * @return what failed, by row
   */
  Map<RowRun, Exception> run(int parallel, Work work) throws InterruptedException {
    Map<RowRun, Exception> failures = new LinkedHashMap<>();
    Set<RowRun> waiting = new LinkedHashSet<>(order());
    Set<RowRun> done = new LinkedHashSet<>();
    ExecutorService threads = Executors.newFixedThreadPool(parallel);
    try {
      CompletionService<Ended> running = new ExecutorCompletionService<>(threads);
      int started = 0;
      while (true) {
        List<RowRun> ready =
            waiting.stream().filter(row -> done.containsAll(needs.get(row))).toList();
        for (RowRun row : ready.subList(0, Math.min(ready.size(), parallel - started))) {
          waiting.remove(row);
          running.submit(() -> end(row, work));
          started++;
        }
        if (started == 0) {
          return failures;
        }
        Ended ended = running.take().get();
        started--;
        if (ended.failure() == null) {
          done.add(ended.row());
        } else {
          failures.put(ended.row(), ended.failure());
        }
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("A row ended in an error", e.getCause());
    } finally {
      threads.shutdownNow();
    }
  }

  private static Ended end(RowRun row, Work work) {
    try {
      work.run(row);
      return new Ended(row, null);
    } catch (Exception e) {
      return new Ended(row, e);
    }
  }
}
