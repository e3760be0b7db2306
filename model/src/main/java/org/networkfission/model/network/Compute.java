package org.networkfission.model.network;

import java.util.Locale;
import java.util.Optional;

/**
 * The back ends that a network can be computed with; results are equal up to rounding. A back end
 * is a package in {@code org.networkfission.model.backend} and a constant here.
 */
public enum Compute {
  /** The first of those below that can compute here. */
  AUTO(null),
  /** An NVIDIA GPU with the machine's own driver and cuDNN; chosen where Spark gives one. */
  CUDA("cuda.CudaBackend"),
  /** oneDNN on the CPU; an error where it is absent. */
  ONEDNN("onednn.OneDnnBackend"),
  /** ND4J's operations: on every platform. */
  ND4J("nd4j.Nd4jBackend");

  private final String implementation;

  Compute(String implementation) {
    this.implementation = implementation;
  }

  /** The name in configurations and messages, e.g. {@code onednn}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The class of the back end, beginning with its package; none where one is chosen. */
  public Optional<String> implementation() {
    return Optional.ofNullable(implementation);
  }
}
