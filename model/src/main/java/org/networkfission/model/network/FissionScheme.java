package org.networkfission.model.network;

import java.util.Locale;

/** Where the decoder splits per task. */
public enum FissionScheme {
  /** One task. */
  SINGLE,
  /** After the eASPP: each task has its own decoder. */
  EARLY,
  /** Stage 1 is shared; stage 2 and head per task. */
  EARLY_MID,
  /** Both stages are shared; head per task. */
  MID,
  /** One joint head with the channels of all tasks. */
  LATE;

  /** The name in configurations and reports, e.g. {@code early-mid}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
