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
  /** A row of a list of frames that does not say what it must. */
  BAD_ROW,
  /** Nothing of what the data set is to hold is known about the photo. */
  NO_TRUTH,
  /** Listed more than once: it is used once, and each further time is counted here. */
  DUPLICATE;

  /** The code as it stands in the quarantine table, e.g. {@code decode_error}. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }
}
