package org.networkfission.model.evaluation;

import java.util.List;
import java.util.OptionalDouble;

/**
 * The gain of one network for several tasks over networks for one task each (delta-m of Maninis et
 * al., "Attentive Single-Tasking of Multiple Tasks"): the mean over tasks of the relative change of
 * the task's metric, positive where it is for the better.
 */
public final class MultiTaskGain {
  private MultiTaskGain() {}

  /**
   * One task's values.
   *
   * @param value of the network for several tasks
   * @param baseline of the network for this task alone
   */
  public record Change(double value, double baseline, boolean higherIsBetter) {
    /** The relative change, positive where it is for the better. */
    public double relative() {
      double change = (value - baseline) / baseline;
      return higherIsBetter ? change : -change;
    }
  }

  /** The mean gain; empty where there is no task to compare. */
  public static OptionalDouble of(List<Change> changes) {
    return changes.stream().mapToDouble(Change::relative).average();
  }
}
