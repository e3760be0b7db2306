package org.networkfission.jobs.prepare;

import java.util.EnumMap;
import java.util.Map;

/** Takes the time of a unit's phases. */
final class PhaseClock {
  /** What a unit's time goes into. */
  enum Phase {
    DECODING,
    NORMALS,
    ENCODING,
    WRITING
  }

  private final Map<Phase, Long> nanos = new EnumMap<>(Phase.class);
  private long mark = System.nanoTime();

  /** Counts the time since the last call, or since the beginning, to a phase. */
  void lap(Phase phase) {
    long now = System.nanoTime();
    nanos.merge(phase, now - mark, Long::sum);
    mark = now;
  }

  PhaseTimes times() {
    return new PhaseTimes(
        seconds(Phase.DECODING),
        seconds(Phase.NORMALS),
        seconds(Phase.ENCODING),
        seconds(Phase.WRITING));
  }

  private double seconds(Phase phase) {
    return nanos.getOrDefault(phase, 0L) / 1e9;
  }
}
