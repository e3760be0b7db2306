package org.networkfission.prep.frame;

/** Checks that an array has the size that its image claims. */
final class Sizes {
  private Sizes() {}

  static void check(String what, int width, int height, int length, int channels) {
    if (width <= 0 || height <= 0 || (long) width * height * channels != length) {
      throw new IllegalArgumentException(
          "Cannot make a %s image of %d x %d x %d from %d values"
              .formatted(what, width, height, channels, length));
    }
  }
}
