package org.networkfission.prep.normals.accurate;

/**
 * The image in square cells of a few pixels, each with the sums of its inverse depth and the plane
 * fitted to it. One instance per thread; buffers are kept.
 */
public final class SurfaceCells {
  /** Half a millimetre either way, squared and averaged: what whole millimetres lose, in m2. */
  private static final double ROUNDING = 1e-6 / 12;

  final int size;
  private InverseDepth depth;
  private int columns;
  private int rows;
  private PlaneSums[] sums = {};
  private double[] startU = {};
  private double[] startV = {};
  private double[] levels = {};
  private boolean[] usable = {};

  public SurfaceCells(int size) {
    this.size = size;
  }

  int columns() {
    return columns;
  }

  int count() {
    return columns * rows;
  }

  int rows() {
    return rows;
  }

  /** Whether a cell shows one surface, has depth in half of its pixels and a plane. */
  boolean isUsable(int cell) {
    return usable[cell];
  }

  /** The sums of a cell, relative to its first pixel and that pixel's inverse depth. */
  PlaneSums sums(int cell) {
    return sums[cell];
  }

  /** The variance of a cell's inverse depth that comes from rounding to whole millimetres. */
  double rounding(int cell) {
    return rounding(levels[cell]);
  }

  /** The variance of inverse depth that comes from rounding depth to whole millimetres. */
  public static double rounding(double level) {
    return ROUNDING * level * level * level * level;
  }

  /** The square of a cell's inverse depth. */
  double square(int cell) {
    return levels[cell] * levels[cell];
  }

  /** The index in the image of a cell's upper left pixel. */
  int firstPixel(int cell) {
    return cell / columns * size * depth.width() + cell % columns * size;
  }

  public void read(InverseDepth source) {
    depth = source;
    int newColumns = (source.width() + size - 1) / size;
    int newRows = (source.height() + size - 1) / size;
    if (newColumns != columns || newRows != rows) {
      columns = newColumns;
      rows = newRows;
      int count = columns * rows;
      sums = new PlaneSums[count];
      for (int i = 0; i < count; i++) {
        sums[i] = new PlaneSums();
      }
      startU = new double[count];
      startV = new double[count];
      levels = new double[count];
      usable = new boolean[count];
    }
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        readCell(row * columns + column, column * size, row * size);
      }
    }
  }

  private void readCell(int cell, int x0, int y0) {
    usable[cell] = false;
    int x1 = Math.min(x0 + size, depth.width());
    int y1 = Math.min(y0 + size, depth.height());
    if (!isOneSurface(x0, y0, x1, y1)) {
      return;
    }
    float level = depth.w[y0][x0];
    PlaneSums sum = sums[cell];
    sum.clear();
    for (int y = y0; y < y1; y++) {
      float[] w = depth.w[y];
      float[] known = depth.known[y];
      float n = 0;
      float su = 0;
      float suu = 0;
      float sw = 0;
      float suw = 0;
      float sww = 0;
      for (int x = x0; x < x1; x++) {
        float u = x - x0;
        float value = known[x] * (w[x] - level);
        n += known[x];
        su += known[x] * u;
        suu += known[x] * u * u;
        sw += value;
        suw += value * u;
        sww += value * value;
      }
      sum.addRow(y - y0, n, su, suu, sw, suw, sww);
    }
    startU[cell] = x0;
    startV[cell] = y0;
    levels[cell] = level;
    usable[cell] = 2 * sum.n >= (x1 - x0) * (y1 - y0) && sum.n > 4 && sum.solve();
  }

  private boolean isOneSurface(int x0, int y0, int x1, int y1) {
    for (int y = y0; y < y1; y++) {
      float[] right = depth.right[y];
      float open = 1;
      for (int x = x0; x + 1 < x1; x++) {
        open *= right[x];
      }
      float[] down = depth.down[y];
      for (int x = x0; y + 1 < y1 && x < x1; x++) {
        open *= down[x];
      }
      if (open == 0) {
        return false;
      }
    }
    return true;
  }

  /** Whether the surface goes on from a cell to the next one in its row. */
  boolean opensRight(int cell) {
    int x = (cell % columns + 1) * size - 1;
    int y = Math.min(cell / columns * size + size / 2, depth.height() - 1);
    return x + 1 < depth.width() && depth.right[y][x] > 0;
  }

  /** Whether the surface goes on from a cell to the one below it. */
  boolean opensDown(int cell) {
    int x = Math.min(cell % columns * size + size / 2, depth.width() - 1);
    int y = (cell / columns + 1) * size - 1;
    return y + 1 < depth.height() && depth.down[y][x] > 0;
  }

  /** Adds a cell's sums to sums over the image. */
  void addTo(PlaneSums region, int cell) {
    region.add(sums[cell], startU[cell], startV[cell], levels[cell]);
  }

  /** Mean column of a cell's samples. */
  double meanU(int cell) {
    return startU[cell] + sums[cell].u / sums[cell].n;
  }

  /** Mean row of a cell's samples. */
  double meanV(int cell) {
    return startV[cell] + sums[cell].v / sums[cell].n;
  }

  /** Mean distance of a cell's inverse depth from the plane w = a u + b v + c of the image. */
  double deviation(int cell, double a, double b, double c) {
    return levels[cell] + sums[cell].w / sums[cell].n - a * meanU(cell) - b * meanV(cell) - c;
  }

  /**
   * By how much the squared residuals of a cell grow where the plane w = a u + b v + c of the image
   * replaces its own.
   */
  double misfit(int cell, double a, double b, double c) {
    double level = a * startU[cell] + b * startV[cell] + c - levels[cell];
    return Math.max(0, sums[cell].residual(a, b, level) - sums[cell].residual);
  }
}
