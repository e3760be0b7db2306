package org.networkfission.model.weights;

import java.util.Optional;

/** What a tensor of a layer is, and how other libraries call it. */
enum TensorKind {
  /** Of a convolution. */
  KERNEL("kernel", "weight", "weights"),
  /** Of a convolution. */
  BIAS("bias", "bias", "biases"),
  /** Scale of a batch norm. */
  GAMMA("gamma", "weight", "gamma"),
  /** Shift of a batch norm. */
  BETA("beta", "bias", "beta"),
  /** Running mean of a batch norm. */
  MEAN("moving_mean", "running_mean", "moving_mean"),
  /** Running variance of a batch norm. */
  VARIANCE("moving_variance", "running_var", "moving_variance");

  private final String keras;
  private final String torch;
  private final String slim;

  TensorKind(String keras, String torch, String slim) {
    this.keras = keras;
    this.torch = torch;
    this.slim = slim;
  }

  /**
   * What the last word of a name says here.
   *
   * @param word {@code weight}, {@code bias}, {@code mean} or {@code variance}
   * @param norm whether it belongs to a batch norm
   */
  static Optional<TensorKind> of(String word, boolean norm) {
    return Optional.ofNullable(
        switch (word) {
          case "weight" -> norm ? GAMMA : KERNEL;
          case "bias" -> norm ? BETA : BIAS;
          case "mean" -> norm ? MEAN : null;
          case "variance" -> norm ? VARIANCE : null;
          default -> null;
        });
  }

  /** Keras's word, behind a slash. */
  String keras(String layer) {
    return layer + "/" + keras;
  }

  /** PyTorch's word, behind a dot. */
  String torch(String layer) {
    return layer + "." + torch;
  }

  /** That of TensorFlow 1's {@code slim}; a batch norm has a scope of its own. */
  String slim(String scope) {
    boolean norm = this != KERNEL && this != BIAS;
    return scope + (norm ? "/BatchNorm/" : "/") + slim;
  }
}
