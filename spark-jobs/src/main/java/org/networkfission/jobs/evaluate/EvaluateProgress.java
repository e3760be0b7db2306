package org.networkfission.jobs.evaluate;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.Timer;
import java.util.TimerTask;
import java.util.function.LongSupplier;

/** Tells every few seconds how far the evaluation is. */
final class EvaluateProgress implements AutoCloseable {
  private static final long MILLIS = 10_000;
  private static final double NANOS = 1e9;

  private final Timer timer = new Timer("fission-progress", true);
  private final LongSupplier done;
  private final long frames;
  private final PrintWriter out;
  private final long start = System.nanoTime();

  EvaluateProgress(LongSupplier done, long frames, PrintWriter out) {
    this.done = done;
    this.frames = frames;
    this.out = out;
  }

  void start() {
    TimerTask tell =
        new TimerTask() {
          @Override
          public void run() {
            tell();
          }
        };
    timer.schedule(tell, MILLIS, MILLIS);
  }

  private void tell() {
    // A task that is tried again counts twice here; the figures are not taken from this.
    long so = Math.min(frames, done.getAsLong());
    if (so > 0) {
      double rate = so / ((System.nanoTime() - start) / NANOS);
      out.println(
          String.format(
              Locale.ROOT,
              "evaluate: %,d of %,d frames, %.1f frames/s, %,.0f s left",
              so,
              frames,
              rate,
              (frames - so) / rate));
    }
  }

  @Override
  public void close() {
    timer.cancel();
  }
}
