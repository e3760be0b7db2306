package org.networkfission.model.backend;

import java.util.Map;
import java.util.TreeMap;

/** Measures where the time of a network goes, by kind of operation. Off until switched on. */
public final class OperationClock {
  private final Map<String, Long> nanos = new TreeMap<>();
  private boolean on;

  /** Starts measuring from zero. */
  public void start() {
    nanos.clear();
    on = true;
  }

  /** Whether it measures. */
  public boolean on() {
    return on;
  }

  /** Seconds by pass and kind of operation, since the start. */
  public Map<String, Double> seconds() {
    Map<String, Double> seconds = new TreeMap<>();
    nanos.forEach((label, value) -> seconds.put(label, value / 1e9));
    return seconds;
  }

  /**
   * Runs a piece of work.
   *
   * @param pass with a space after it, or nothing
   */
  public void time(String pass, String label, Runnable work) {
    if (!on) {
      work.run();
      return;
    }
    long start = System.nanoTime();
    work.run();
    nanos.merge(pass + label, System.nanoTime() - start, Long::sum);
  }
}
