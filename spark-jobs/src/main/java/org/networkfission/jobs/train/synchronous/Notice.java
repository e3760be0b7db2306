package org.networkfission.jobs.train.synchronous;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.spark.util.SignalUtils;
import scala.runtime.AbstractFunction0;

/**
 * Whether this replica's process is asked to end. SIGTERM, by which YARN, Kubernetes and Spark's
 * workers ask, waits until the process's replicas are done, or for the grace; then it does what it
 * always does. SIGPWR, by which Spark decommissions an executor, is passed on at once. A signal
 * that comes while one waits ends the process.
 */
final class Notice implements AutoCloseable {
  private static final Set<Notice> OPEN = new HashSet<>();

  /** What a task tells the driver at its end must leave the process before it ends. */
  private static final long TELLING_MILLIS = 500;

  private static boolean watching;

  private final Duration grace;
  private volatile boolean given;

  /** Watches for it; without grace, it is never given. */
  Notice(Duration grace) {
    this.grace = grace;
    if (!grace.isZero()) {
      synchronized (OPEN) {
        OPEN.add(this);
        watch();
      }
    }
  }

  private static void watch() {
    if (!watching) {
      watching = true;
      // Signals are taken as Spark takes them: it passes on what no action says it has handled.
      on("TERM", true);
      on("PWR", false);
    }
  }

  private static void on(String signal, boolean wait) {
    SignalUtils.register(
        signal,
        new AbstractFunction0<Object>() {
          @Override
          public Object apply() {
            take(wait);
            return false;
          }
        });
  }

  private static void take(boolean wait) {
    synchronized (OPEN) {
      if (OPEN.isEmpty()) {
        return;
      }
      long end = System.nanoTime();
      for (Notice notice : OPEN) {
        notice.given = true;
        end = Math.max(end, System.nanoTime() + notice.grace.toNanos());
      }
      try {
        long left = end - System.nanoTime();
        while (wait && !OPEN.isEmpty() && left > 0) {
          TimeUnit.NANOSECONDS.timedWait(OPEN, left);
          left = end - System.nanoTime();
        }
        if (wait && OPEN.isEmpty()) {
          OPEN.wait(TELLING_MILLIS); // Nobody wakes it but a replica of the next attempt.
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Whether the process is to end soon. */
  boolean isGiven() {
    return given;
  }

  /** The replica is done: the process may end. */
  @Override
  public void close() {
    synchronized (OPEN) {
      OPEN.remove(this);
      OPEN.notifyAll();
    }
  }
}
