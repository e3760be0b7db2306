package org.networkfission.prep.frame;

import java.util.Locale;

/** Why a frame was put in quarantine. */
public enum Reason {
  TRUNCATED,
  DECODE_ERROR,
  SIZE_MISMATCH,
  BAD_POSE,
  ALL_ZERO_DEPTH,
  UNKNOWN_LABEL,
  MISSING_FILE,
  /** Listed more than once: it is used once, and each further time is counted here. */
  DUPLICATE;

  /** The code as it stands in the quarantine table, e.g. {@code decode_error}. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }
}
