package org.networkfission.model.loss;

/** Losses of depth. */
public enum DepthLoss {
  /** Absolute difference. */
  L1,
  /**
   * Reverse Huber: absolute up to a fifth of the image's largest difference, quadratic above (Laina
   * et al. 2016).
   */
  BERHU
}
