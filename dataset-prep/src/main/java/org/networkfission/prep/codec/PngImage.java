package org.networkfission.prep.codec;

import java.util.Objects;

/**
 * The samples of a PNG: grey or RGB, 8 or 16 bits.
 *
 * @param channels 1 (grey) or 3 (RGB)
 * @param bitDepth 8 or 16
 * @param samples height x width x channels unsigned numbers, interleaved
 */
public record PngImage(int width, int height, int channels, int bitDepth, short[] samples) {
  public PngImage {
    Objects.requireNonNull(samples, "samples");
    if ((channels != 1 && channels != 3) || (bitDepth != 8 && bitDepth != 16)) {
      throw new IllegalArgumentException(
          "Cannot make a PNG image of %d channels of %d bits: 1 or 3 channels of 8 or 16 bits are supported"
              .formatted(channels, bitDepth));
    }
    if (width <= 0 || height <= 0 || (long) width * height * channels != samples.length) {
      throw new IllegalArgumentException(
          "Cannot make a PNG image of %d x %d x %d from %d samples"
              .formatted(width, height, channels, samples.length));
    }
  }
}
