package org.networkfission.model.export;

import java.util.Locale;

/** How the constants of an exported model are stored. It computes in float32 either way. */
public enum Precision {
  /** As 16-bit floats, in half the bytes; the runtime converts them once. */
  FLOAT16,
  /** As they were trained. */
  FLOAT32;

  /** The name in configurations and files, e.g. {@code float16}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
