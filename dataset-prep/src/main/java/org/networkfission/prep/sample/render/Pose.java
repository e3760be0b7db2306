package org.networkfission.prep.sample.render;

/**
 * Where a camera is and what it looks at, in metres; its up is the world's. All numbers are floats,
 * so that what is written to a file is what was rendered.
 */
public record Pose(float x, float y, float z, float lookX, float lookY, float lookZ) {
  /** The pose half way between two. */
  public static Pose between(Pose a, Pose b) {
    return new Pose(
        (a.x + b.x) / 2,
        (a.y + b.y) / 2,
        (a.z + b.z) / 2,
        (a.lookX + b.lookX) / 2,
        (a.lookY + b.lookY) / 2,
        (a.lookZ + b.lookZ) / 2);
  }
}
