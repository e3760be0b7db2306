package org.networkfission.jobs.train.collective;

/** How numbers travel between replicas. */
public enum Wire {
  /** As they are. */
  FLOAT32,
  /**
   * Gradients, and what a step changes the parameters by, as 16-bit floats: half the bytes. The
   * parameters themselves stay 32-bit and the same on every replica.
   */
  FLOAT16
}
