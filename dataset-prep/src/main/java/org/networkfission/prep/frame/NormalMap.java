package org.networkfission.prep.frame;

import java.util.Objects;

/**
 * A unit surface normal per pixel: x right, y up, z forward, facing the camera.
 *
 * @param xyz height x width x 3 values, interleaved; (0, 0, 0) where there is none
 */
public record NormalMap(int width, int height, float[] xyz) {
  public NormalMap {
    Objects.requireNonNull(xyz, "xyz");
    Sizes.check("normals", width, height, xyz.length, 3);
  }
}
