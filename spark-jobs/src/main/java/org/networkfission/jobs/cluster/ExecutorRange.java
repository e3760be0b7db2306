package org.networkfission.jobs.cluster;

import org.networkfission.prep.settings.Check;

/**
 * How many executors a job has. Settings give it as one number, or as {@code { min, max }}: then a
 * training goes on with any number between them.
 *
 * @param min fewest
 * @param max as many are asked for
 */
public record ExecutorRange(int min, int max) {
  public ExecutorRange {
    new Check()
        .that("min", min, min >= 1, "at least 1")
        .that("max", max, max >= min, "at least min")
        .done();
  }

  /** A number that stays. */
  public static ExecutorRange of(int number) {
    return new ExecutorRange(number, number);
  }

  /** Whether the number may change. */
  public boolean isElastic() {
    return min < max;
  }

  /** As one would write it. */
  @Override
  public String toString() {
    return isElastic() ? "{ min = %d, max = %d }".formatted(min, max) : Integer.toString(max);
  }
}
