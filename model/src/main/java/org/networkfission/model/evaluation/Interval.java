package org.networkfission.model.evaluation;

/** A confidence interval. */
public record Interval(double low, double high) {
  /** The share of replicates that lie inside. */
  public static final double CONFIDENCE = 0.95;
}
