package org.networkfission.model.export;

import java.util.Locale;

/** How the constants of an exported model are stored. */
public enum Precision {
  /** As 16-bit floats, in half the bytes; the runtime widens them once and computes in float32. */
  FLOAT16,
  /** As they were trained, in float32. */
  FLOAT32,
  /**
   * As 8-bit integers, in a quarter of the bytes; features are such integers too, and the model
   * computes in integers.
   */
  INT8;

  /** The name in configurations and files, e.g. {@code float16}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
