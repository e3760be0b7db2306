package org.networkfission.model.network;

/**
 * What a new network predicts on average for depth, or disparity, before it has learnt anything.
 */
public enum DepthStart {
  /**
   * A room's distance, from a single channel that is mostly above 0 before its ReLU: a head start,
   * for Adam moves a shift by at most the learning rate in a step.
   */
  ROOM,
  /** 0, as of every other output; so the authors' networks begin. */
  ZERO
}
