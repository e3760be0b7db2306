package org.networkfission.model.network;

import java.util.Locale;

/**
 * What convolutions compute in, and features lie in. Parameters, gradients, statistics of batch
 * norms, losses and the optimizer are float32 in any case.
 */
public enum ComputePrecision {
  /** bfloat16 where the back end and the processor are fast in it, else float32. */
  AUTO,
  /** IEEE 754 binary32. */
  FLOAT32,
  /**
   * float32, of which convolutions multiply 10 bits of the fraction; an error where it is absent.
   */
  TF32,
  /** The upper half of float32; an error where it is absent. */
  BFLOAT16;

  /** The name in configurations and messages, e.g. {@code bfloat16}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
