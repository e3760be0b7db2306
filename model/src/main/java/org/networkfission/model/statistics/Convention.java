package org.networkfission.model.statistics;

import java.util.Locale;

/** How a figure of a whole split is made from its pixels. */
public enum Convention {
  /** Every valid pixel of the split counts once; thresholds are strict ({@code <}). */
  POOLED,
  /**
   * As the authors' evaluation script: thresholds are inclusive ({@code <=}), and a figure is the
   * mean over batches of sixteen frames, in the order of the split, of each batch's own; but mIoU
   * is that of the whole split, divided by all classes but void, shown or not, and the relative
   * error of depth is relative to the prediction.
   */
  REFERENCE,
  /** The mean over frames of each frame's own figure; thresholds are inclusive ({@code <=}). */
  PER_FRAME;

  /** The name in reports, e.g. {@code pooled} or {@code per-frame}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
