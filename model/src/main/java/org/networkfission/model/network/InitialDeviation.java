package org.networkfission.model.network;

/** How far new kernels spread: normal distributions that are cut off at two standard deviations. */
public enum InitialDeviation {
  /** He et al. 2015: the variance is 2 / fan-in after the cut, so that features keep theirs. */
  HE,
  /**
   * The authors': the variance is 2 / fan-in before the cut, as TensorFlow's {@code
   * truncated_normal} takes it, and 0.774 of that after it.
   */
  AUTHORS
}
