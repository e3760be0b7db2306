package org.networkfission.prep.raster;

import java.util.Objects;

/**
 * An image of numbers.
 *
 * @param channels 1, or as many as a pixel has
 * @param values height x width x channels, interleaved, rows from the top
 */
public record Raster(int width, int height, int channels, double[] values) {
  public Raster {
    Objects.requireNonNull(values, "values");
    if (width <= 0 || height <= 0 || (long) width * height * channels != values.length) {
      throw new IllegalArgumentException(
          "Cannot make a raster of %d x %d x %d from %d values"
              .formatted(width, height, channels, values.length));
    }
  }
}
