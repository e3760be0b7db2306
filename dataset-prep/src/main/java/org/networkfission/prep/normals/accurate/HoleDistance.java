package org.networkfission.prep.normals.accurate;

/**
 * Removes the planes of pixels that lie too far from any measured depth, by city block distance.
 * One instance per thread; buffers are kept.
 */
public final class HoleDistance {
  private final int limit;
  private int[][] distances = {};

  public HoleDistance(int limit) {
    this.limit = limit;
  }

  public void removeFar(InverseDepth depth, PlaneField planes) {
    int width = depth.width();
    int height = depth.height();
    if (distances.length != height || distances[0].length != width) {
      distances = new int[height][width];
    }
    for (int y = 0; y < height; y++) {
      float[] known = depth.known[y];
      int[] row = distances[y];
      int[] above = y > 0 ? distances[y - 1] : null;
      int left = limit;
      for (int x = 0; x < width; x++) {
        int nearest = above == null ? left : Math.min(left, above[x]);
        left = known[x] > 0 ? 0 : nearest + 1;
        row[x] = left;
      }
    }
    for (int y = height - 1; y >= 0; y--) {
      int[] row = distances[y];
      int[] below = y + 1 < height ? distances[y + 1] : null;
      int right = limit;
      for (int x = width - 1; x >= 0; x--) {
        int nearest = below == null ? right : Math.min(right, below[x]);
        right = Math.min(row[x], nearest + 1);
        row[x] = right;
        if (right > limit) {
          planes.remove(x, y);
        }
      }
    }
  }
}
