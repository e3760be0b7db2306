package org.networkfission.model.statistics;

/** What a prediction must be to be compared with the truth. */
public final class Require {
  private Require() {}

  /** Refuses a prediction of another size. */
  public static void sameSize(String what, int width, int height, int otherWidth, int otherHeight) {
    if (width != otherWidth || height != otherHeight) {
      throw new IllegalArgumentException(
          "Cannot compare %s: the truth has %d x %d pixels, not %d x %d"
              .formatted(what, width, height, otherWidth, otherHeight));
    }
  }

  /** Refuses a prediction that holds a value that is not finite. */
  public static void finite(String what, float[] values) {
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new IllegalArgumentException(
            "Cannot judge predicted %s: value %d of %d is %s"
                .formatted(what, i, values.length, values[i]));
      }
    }
  }
}
