package org.networkfission.model.network;

import java.io.Serializable;

/**
 * How gradients are computed; no part of the network.
 *
 * @param recompute what the backward pass computes again to need less memory
 * @param convolution how convolutions of both passes are computed
 */
public record GradientCompute(Recompute recompute, ConvolutionAlgorithm convolution)
    implements Serializable {
  /** Nothing is computed again, and every convolution directly. */
  public static final GradientCompute PLAIN =
      new GradientCompute(Recompute.NONE, ConvolutionAlgorithm.DIRECT);

  /** The same with so much computed again. */
  public GradientCompute recomputing(Recompute what) {
    return new GradientCompute(what, convolution);
  }
}
