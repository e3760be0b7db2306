package org.networkfission.jobs.prepare;

import java.util.EnumMap;
import java.util.Map;

/** Takes the time of a unit's stages. */
final class PhaseClock {
  /** What a unit's time goes into. */
  enum Stage {
    DECODING,
    NORMALS,
    ENCODING,
    WRITING
  }

  private final Map<Stage, Long> nanos = new EnumMap<>(Stage.class);
  private long mark = System.nanoTime();

  /** Counts the time since the last call, or since the beginning, to a stage. */
  void lap(Stage stage) {
    long now = System.nanoTime();
    nanos.merge(stage, now - mark, Long::sum);
    mark = now;
  }

  PhaseTimes times() {
    return new PhaseTimes(
        seconds(Stage.DECODING),
        seconds(Stage.NORMALS),
        seconds(Stage.ENCODING),
        seconds(Stage.WRITING));
  }

  private double seconds(Stage stage) {
    return nanos.getOrDefault(stage, 0L) / 1e9;
  }
}
