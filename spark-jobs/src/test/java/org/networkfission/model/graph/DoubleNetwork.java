package org.networkfission.model.graph;

import org.networkfission.model.network.LossSpec;
import org.networkfission.model.network.NetworkSpec;

/** Networks in double precision, for comparisons in which rounding must not count. */
public final class DoubleNetwork {
  private DoubleNetwork() {}

  /** A new network. */
  public static FissionNetwork create(NetworkSpec spec, LossSpec losses, long seed) {
    return FissionNetwork.createDouble(spec, losses, seed);
  }
}
