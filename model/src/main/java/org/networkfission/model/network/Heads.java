package org.networkfission.model.network;

/** How the heads of {@link FissionScheme#MID} are connected. */
public enum Heads {
  /** Every task's head reads the decoder's feature. */
  PARALLEL,
  /** Task k's 1x1 convolution reads the output of task k-1's, as in the authors' graph. */
  CHAINED
}
