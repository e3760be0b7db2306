package org.networkfission.model.op;

/** A function of each feature by itself. */
public enum ActivationFunction {
  /** The feature as it is. */
  NONE,
  /** max(x, 0). */
  RELU,
  /** max(x, 0), at most 6. */
  RELU6,
  /** relu6(x + 3) / 6. */
  HARD_SIGMOID,
  /** x * relu6(x + 3) / 6. */
  HARD_SWISH
}
