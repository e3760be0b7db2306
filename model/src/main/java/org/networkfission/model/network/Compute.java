package org.networkfission.model.network;

/** What the layers compute on. Results are equal up to rounding. */
public enum Compute {
  /** oneDNN where its native library is present and the type is float, else ND4J. */
  AUTO,
  /** oneDNN on the CPU; an error where it is absent. */
  ONEDNN,
  /** ND4J's operations: on every platform, CUDA included. */
  ND4J
}
