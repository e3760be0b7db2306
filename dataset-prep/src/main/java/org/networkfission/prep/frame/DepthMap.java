package org.networkfission.prep.frame;

import java.util.Objects;

/**
 * Depth along the optical axis (z), row-major.
 *
 * @param millimetres width x height values in mm; 0 where nothing was measured
 */
public record DepthMap(int width, int height, float[] millimetres) {
  public DepthMap {
    Objects.requireNonNull(millimetres, "millimetres");
    Sizes.check("depth", width, height, millimetres.length, 1);
  }
}
