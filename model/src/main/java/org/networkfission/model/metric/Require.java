package org.networkfission.model.metric;

/** What a prediction must be to be compared with the truth. */
final class Require {
  private Require() {}

  static void sameSize(String what, int width, int height, int otherWidth, int otherHeight) {
    if (width != otherWidth || height != otherHeight) {
      throw new IllegalArgumentException(
          "Cannot compare %s: the truth has %d x %d pixels, not %d x %d"
              .formatted(what, width, height, otherWidth, otherHeight));
    }
  }

  static void finite(String what, float[] values) {
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new IllegalArgumentException(
            "Cannot judge predicted %s: value %d of %d is %s"
                .formatted(what, i, values.length, values[i]));
      }
    }
  }
}
