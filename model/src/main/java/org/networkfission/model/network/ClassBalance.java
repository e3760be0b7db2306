package org.networkfission.model.network;

import java.util.Locale;

/** What a pixel of each class counts for in the loss of labels, by how common the class is. */
public enum ClassBalance {
  /** All alike. */
  NONE,
  /** By 1 / the class's share of the pixels. */
  INVERSE,
  /**
   * By the median class's frequency / the class's, where frequencies are among the pixels of the
   * frames that show the class (Eigen and Fergus, ICCV 2015).
   */
  MEDIAN,
  /** By 1 / the effective number of the class's samples (Cui et al., CVPR 2019). */
  EFFECTIVE;

  /** What users write. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
