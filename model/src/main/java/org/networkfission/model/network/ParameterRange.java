package org.networkfission.model.network;

/**
 * Where one tensor lies in the flat vectors of parameters and gradients.
 *
 * @param name unique in the network, e.g. {@code enc.b1.0.c2.conv.weight}
 * @param offset index of its first element
 * @param length number of elements
 * @param shape row-major: convolution [out, in, kernel height, kernel width], transposed
 *     convolution [in, out, kernel height, kernel width], all else [channels]
 * @param kind what it is
 */
public record ParameterRange(String name, int offset, int length, long[] shape, Kind kind) {
  /** What a tensor is. */
  public enum Kind {
    /** A kernel of a convolution: the only kind that weight decay applies to. */
    WEIGHT,
    /** Scale of a batch norm. */
    GAMMA,
    /** Shift of a batch norm, or bias. */
    BETA,
    /** Running mean or variance of a batch norm: not learned. */
    RUNNING_STATISTIC,
    /** Any of these, kept as it is: its gradient is zero, and nothing decays. */
    FROZEN
  }

  /** The same tensor, kept as it is. */
  public ParameterRange frozen() {
    return new ParameterRange(name, offset, length, shape, Kind.FROZEN);
  }
}
