package org.networkfission.jobs.progress;

import java.io.PrintWriter;
import java.time.Duration;

/** Tells how far a stage is and how long it will still take. */
public final class Progress {
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(5);

  private final PrintWriter out;
  private final String job;
  private final String what;
  private final long total;
  private final long start = System.nanoTime();
  private long lastLine = start;

  /**
   * @param job with what lines begin, e.g. {@code prepare}
   * @param what is counted, e.g. {@code frames}
   */
  public Progress(PrintWriter out, String job, String what, long total) {
    this.out = out;
    this.job = job;
    this.what = what;
    this.total = total;
  }

  /** Notes how much is done; prints a line now and then. */
  public synchronized void at(long done) {
    long now = System.nanoTime();
    if (done == 0 || now - lastLine < BETWEEN_LINES.toNanos()) {
      return;
    }
    lastLine = now;
    double seconds = (now - start) / 1e9;
    Duration left = Duration.ofMillis((long) (1000 * seconds / done * Math.max(0, total - done)));
    out.printf(
        "%s: %,d of %,d %s, %,.1f a second, %s left%n",
        job, done, total, what, done / seconds, clock(left));
  }

  /** A duration as h:mm:ss, or m:ss below an hour. */
  public static String clock(Duration duration) {
    long s = duration.toSeconds();
    return s < 3600
        ? "%d:%02d".formatted(s / 60, s % 60)
        : "%d:%02d:%02d".formatted(s / 3600, s / 60 % 60, s % 60);
  }
}
