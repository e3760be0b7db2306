package org.networkfission.jobs.train.log;

import java.util.List;
import java.util.stream.Collectors;

/**
 * From when on how many replicas train, where their number may change; also a line of the run's
 * log.
 *
 * @param step steps done when it begins
 * @param replicas how many there are
 * @param reason why there are not as many as before; empty for the first of a command
 */
public record Generation(long step, int replicas, String reason) {
  /** All of a run, in words. */
  public static String text(List<Generation> generations) {
    return generations.stream()
        .map(
            one ->
                "%d from step %,d on%s"
                    .formatted(
                        one.replicas(),
                        one.step(),
                        one.reason().isEmpty() ? "" : " (%s)".formatted(one.reason())))
        .collect(Collectors.joining("; "));
  }
}
