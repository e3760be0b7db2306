package org.networkfission.prep.normals.accurate;

/**
 * Inverse depth in blocks of two by two pixels, for fits that reach far: a quarter of the work.
 * Blocks whose pixels do not show one surface take no part; those that lack depth in a pixel
 * connect their neighbours but count for nothing. One instance per thread; buffers are kept.
 */
public final class HalvedDepth {
  private final InverseDepth halved;
  private float[][] connected = {};
  private PlaneField expanded = new PlaneField(0, 0);

  public HalvedDepth() {
    halved = new InverseDepth(1);
  }

  /** Halves depth; a last odd row or column is left out. */
  public InverseDepth halve(InverseDepth depth) {
    int width = depth.width() / 2;
    int height = depth.height() / 2;
    if (expanded.width() != depth.width() || expanded.height() != depth.height()) {
      halved.resize(width, height);
      connected = new float[height][width];
      expanded = new PlaneField(depth.width(), depth.height());
    }
    for (int y = 0; y < height; y++) {
      halveRow(depth, y);
    }
    for (int y = 0; y < height; y++) {
      connectRow(depth, y);
    }
    return halved;
  }

  private void halveRow(InverseDepth depth, int y) {
    float[] w0 = depth.w[2 * y];
    float[] w1 = depth.w[2 * y + 1];
    float[] known0 = depth.known[2 * y];
    float[] known1 = depth.known[2 * y + 1];
    float[] right0 = depth.right[2 * y];
    float[] right1 = depth.right[2 * y + 1];
    float[] down = depth.down[2 * y];
    for (int x = 0; x < halved.width(); x++) {
      int p = 2 * x;
      halved.w[y][x] = (w0[p] + w0[p + 1] + w1[p] + w1[p + 1]) / 4;
      float one = right0[p] * right1[p] * down[p] * down[p + 1];
      connected[y][x] = one;
      halved.known[y][x] = one * known0[p] * known0[p + 1] * known1[p] * known1[p + 1];
    }
  }

  private void connectRow(InverseDepth depth, int y) {
    float[] one = connected[y];
    float[] right0 = depth.right[2 * y];
    float[] right1 = depth.right[2 * y + 1];
    int last = halved.width() - 1;
    for (int x = 0; x < last; x++) {
      halved.right[y][x] = one[x] * one[x + 1] * right0[2 * x + 1] * right1[2 * x + 1];
    }
    halved.right[y][last] = 0;
    boolean isLast = y == halved.height() - 1;
    float[] oneBelow = isLast ? one : connected[y + 1];
    float[] down = depth.down[2 * y + 1];
    for (int x = 0; x <= last; x++) {
      halved.down[y][x] = isLast ? 0 : one[x] * oneBelow[x] * down[2 * x] * down[2 * x + 1];
    }
  }

  /** The planes of the blocks as planes of their pixels. */
  public PlaneField expand(PlaneField planes) {
    int lastX = halved.width() - 1;
    for (int y = 0; y < expanded.height(); y++) {
      int row = Math.min(y / 2, halved.height() - 1);
      float[] u = planes.slopeU[row];
      float[] v = planes.slopeV[row];
      float[] level = planes.level[row];
      float[] toU = expanded.slopeU[y];
      float[] toV = expanded.slopeV[y];
      float[] toLevel = expanded.level[y];
      // Blocks are centred between their pixels.
      float dy = (y - 2 * row - 0.5f) / 2;
      boolean outside = y / 2 != row;
      for (int x = 0; x <= lastX; x++) {
        float slope = outside || connected[row][x] == 0 ? Float.NaN : u[x] / 2;
        float middle = level[x] + v[x] * dy;
        toU[2 * x] = slope;
        toU[2 * x + 1] = slope;
        toV[2 * x] = v[x] / 2;
        toV[2 * x + 1] = v[x] / 2;
        toLevel[2 * x] = middle - u[x] / 4;
        toLevel[2 * x + 1] = middle + u[x] / 4;
      }
      for (int x = 2 * lastX + 2; x < expanded.width(); x++) {
        toU[x] = Float.NaN;
      }
    }
    return expanded;
  }
}
