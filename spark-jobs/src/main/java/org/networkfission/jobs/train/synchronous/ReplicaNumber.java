package org.networkfission.jobs.train.synchronous;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.stream.IntStream;
import org.apache.spark.SparkContext;
import org.networkfission.jobs.cluster.ExecutorCount;
import org.networkfission.jobs.cluster.ExecutorRange;
import org.networkfission.jobs.train.log.Generation;
import org.networkfission.jobs.train.log.RunLog;
import org.networkfission.jobs.train.plan.RunPlan;
import org.networkfission.prep.settings.ConfigException;

/** How many replicas the next attempt has, where that may change; the driver decides. */
final class ReplicaNumber {
  private final SparkContext spark;
  private final Duration startTimeout;
  private final PrintWriter out;
  private final RunLog log;
  private int before;
  private long tooFewSince;

  ReplicaNumber(SparkContext spark, Duration startTimeout, PrintWriter out, RunLog log) {
    this.spark = spark;
    this.startTimeout = startTimeout;
    this.out = out;
    this.log = log;
  }

  /**
   * The plan of an attempt with as many replicas as there are executors for; waits for the least
   * number.
   *
   * @param step that it goes on from
   * @param reason why the attempt before has ended; empty for the first
   * @throws ConfigException if there are too few executors in time
   */
  RunPlan choose(RunPlan plan, long step, String reason) throws InterruptedException {
    if (!plan.optimisation().elastic()) {
      return plan;
    }
    int most = plan.optimisation().most();
    int least = IntStream.rangeClosed(1, most).filter(plan::allows).findFirst().orElseThrow();
    int replicas = most(plan);
    if (replicas < least) {
      out.println(
          "waiting for executors: %d are left of at least %d"
              .formatted(ExecutorCount.usable(spark), least));
      long start = System.nanoTime();
      while (replicas < least && System.nanoTime() - start < startTimeout.toNanos()) {
        Thread.sleep(100);
        replicas = most(plan);
      }
      if (replicas < least) {
        throw ExecutorCount.tooFew(
            new ExecutorRange(least, most), ExecutorCount.usable(spark), startTimeout);
      }
    }
    if (replicas != before) {
      if (before > 0) {
        out.println(
            "from step %d on %d replicas train in place of %d".formatted(step, replicas, before));
      } else if (replicas < most) {
        out.println(
            "%d replicas train, of at most %d; others take part from the next checkpoint on"
                .formatted(replicas, most));
      }
      log.write(new Generation(step, replicas, reason));
      before = replicas;
    }
    tooFewSince = 0;
    return plan.with(replicas);
  }

  /** The largest number that the plan allows and that there are executors for; 0 for none. */
  private int most(RunPlan plan) {
    int usable = Math.min(ExecutorCount.usable(spark), plan.optimisation().most());
    return IntStream.rangeClosed(1, usable).filter(plan::allows).max().orElse(0);
  }

  /** Whether more replicas could train than this attempt has. */
  boolean couldGrow(RunPlan attempt) {
    return attempt.optimisation().elastic() && most(attempt) > attempt.replicas();
  }

  /** Whether there have been fewer executors than an attempt's replicas for so long. */
  boolean tooFewSince(RunPlan attempt, Duration limit) {
    if (!attempt.optimisation().elastic() || ExecutorCount.usable(spark) >= attempt.replicas()) {
      tooFewSince = 0;
      return false;
    }
    if (tooFewSince == 0) {
      tooFewSince = System.nanoTime();
    }
    return System.nanoTime() - tooFewSince > limit.toNanos();
  }

  /** The next attempt's tasks are for executors that stay. */
  void awaitEndOfOne(long millis) throws InterruptedException {
    awaitFewerThan(ExecutorCount.usable(spark), millis);
  }

  /** Waits until Spark knows that an executor is gone, if one is. */
  void awaitFewerThan(int executors, long millis) throws InterruptedException {
    for (int i = 0; i < millis / 100 && ExecutorCount.usable(spark) >= executors; i++) {
      Thread.sleep(100);
    }
  }
}
