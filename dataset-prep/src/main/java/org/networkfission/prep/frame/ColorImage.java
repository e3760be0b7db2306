package org.networkfission.prep.frame;

import java.util.Objects;

/**
 * An 8-bit RGB image.
 *
 * @param rgb height x width x 3 bytes, interleaved
 */
public record ColorImage(int width, int height, byte[] rgb) {
  public ColorImage {
    Objects.requireNonNull(rgb, "rgb");
    Sizes.check("colour", width, height, rgb.length, 3);
  }
}
