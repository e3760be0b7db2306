package org.networkfission.jobs.train.log;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** Where the time of the steps since the last progress line went. */
public final class StepClock {
  /** Parts of a step. */
  public enum Phase {
    INPUT,
    COMPUTE,
    EXCHANGE,
    UPDATE,
    VALIDATION,
    CHECKPOINT;

    /** The name in logs, e.g. {@code compute}. */
    public String id() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Map<Phase, Long> nanos = new EnumMap<>(Phase.class);
  private long start = System.nanoTime();
  private long mark = start;

  /** Counts the time since the last call to a phase. */
  public void lap(Phase phase) {
    long now = System.nanoTime();
    add(phase, now - mark);
    mark = now;
  }

  /** Counts the time since the last call to the exchange, and a part of it to the update. */
  public void lapExchange(long updateNanos) {
    lap(Phase.EXCHANGE);
    move(updateNanos, Phase.EXCHANGE, Phase.UPDATE);
  }

  /** Counts a part of the time of one phase to another. */
  public void move(long some, Phase from, Phase to) {
    add(from, -some);
    add(to, some);
  }

  private void add(Phase phase, long more) {
    nanos.merge(phase, more, Long::sum);
  }

  /** Seconds since the last {@link #restart}. */
  public double seconds() {
    return (System.nanoTime() - start) / 1e9;
  }

  /** Seconds of a phase since the last {@link #restart}. */
  public double seconds(Phase phase) {
    return nanos.getOrDefault(phase, 0L) / 1e9;
  }

  public void restart() {
    nanos.clear();
    start = System.nanoTime();
    mark = start;
  }
}
