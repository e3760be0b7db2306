package org.networkfission.model.network;

import java.util.Locale;

/** How a back end multiplies images with kernels, where it has the choice. */
public enum ConvolutionAlgorithm {
  /** Product by product. */
  DIRECT,
  /**
   * Minimal filtering of kernels of 3x3 pixels (Lavin and Gray 2016, "Fast algorithms for
   * convolutional neural networks"): a quarter of the products, rounded otherwise.
   */
  WINOGRAD;

  /** The name in configurations and messages. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
