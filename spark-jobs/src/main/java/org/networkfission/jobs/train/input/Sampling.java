package org.networkfission.jobs.train.input;

/** How often a frame is read beside others. */
public enum Sampling {
  /** All alike: each once an epoch. */
  UNIFORM,
  /** Frames that show rare classes more often. */
  REPEAT_FACTOR
}
