package org.networkfission.model.network;

/**
 * What of a forward pass is computed again in the backward pass, so that it need not be kept: less
 * memory for more time, and the same bits.
 */
public enum Recompute {
  /** Nothing: all features that gradients depend on are kept. */
  NONE,
  /** What lies within stages: their outputs are kept. */
  STAGES
}
