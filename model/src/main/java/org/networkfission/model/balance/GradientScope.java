package org.networkfission.model.balance;

/** Of which tensors a balance looks at each task's gradient by itself. */
public enum GradientScope {
  /** Of none: the losses are enough. */
  NONE,
  /** The weights of the last layer that all tasks share, before any head. */
  LAST_SHARED_LAYER,
  /** All that the losses of two tasks or more reach. */
  ALL_SHARED
}
