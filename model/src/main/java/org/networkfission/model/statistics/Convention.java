package org.networkfission.model.statistics;

import java.util.Locale;

/** How a figure of a whole split is made from its pixels. */
public enum Convention {
  /** Every valid pixel of the split counts once; thresholds are strict ({@code <}). */
  POOLED,
  /**
   * The mean over frames of each frame's own figure; thresholds are inclusive ({@code <=}), as in
   * the authors' evaluation script with batches of one frame.
   */
  REFERENCE;

  /** The name in reports, e.g. {@code pooled}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
