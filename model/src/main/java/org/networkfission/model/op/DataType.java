package org.networkfission.model.op;

import java.util.Locale;

/** How a number lies in memory. */
public enum DataType {
  /** IEEE 754 binary32. */
  FLOAT32(Float.BYTES),
  /** A binary32, of which convolutions multiply the upper 19 bits: for features only. */
  TF32(Float.BYTES),
  /** The upper half of a binary32, rounded: for features only. */
  BFLOAT16(Short.BYTES),
  /** IEEE 754 binary64: for checks of gradients, which only ND4J computes in it. */
  FLOAT64(Double.BYTES);

  private final int bytes;

  DataType(int bytes) {
    this.bytes = bytes;
  }

  /** The name in configurations and files, e.g. {@code bfloat16}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Bytes that a number takes. */
  public int bytes() {
    return bytes;
  }

  /** What parameters, gradients and losses of features of this type are. */
  public DataType parameters() {
    return this == FLOAT64 ? FLOAT64 : FLOAT32;
  }
}
