package org.networkfission.prep.normals.accurate;

/**
 * Gives pixels the planes of the regions they belong to, and those that no plane could be fitted
 * around that of a neighbour.
 */
public final class SurfaceChoice {
  /** How many cells away the regions are that a pixel between regions may belong to. */
  private static final int REACH = 2;

  /** How many times the noise's variance a pixel's mean square may lie off a region's plane. */
  private static final double TOLERANCE = 4;

  /** Of the five squares of a mean, one that is as large alone; with a margin for rounding. */
  private static final double FAR_OFF = 5.001;

  /** How many pixels away a pixel without a plane looks for one. */
  private static final int NEIGHBOURHOOD = 3;

  private final InverseDepth depth;
  private final SurfaceCells cells;
  private final PlanarRegions regions;
  private final int[] candidate = new int[(2 * REACH + 1) * (2 * REACH + 1)];
  private int candidates;

  // Rows of the depth: that of the pixels to place, and those above and below.
  private float[] w = {};
  private float[] known = {};
  private float[] right = {};
  private float[] up = {};
  private float[] down = {};
  private float[] wAbove = {};
  private float[] knownAbove = {};
  private float[] wBelow = {};
  private float[] knownBelow = {};

  /** No surface goes on from above the first row. */
  private float[] closed = {};

  public SurfaceChoice(InverseDepth depth, SurfaceCells cells, PlanarRegions regions) {
    this.depth = depth;
    this.cells = cells;
    this.regions = regions;
  }

  /** Replaces the planes of all pixels that lie on a region's. */
  public void placeRegions(PlaneField planes, short[] labels) {
    if (regions.count() == 0) {
      return;
    }
    for (int row = 0; row < cells.rows(); row++) {
      for (int column = 0; column < cells.columns(); column++) {
        int region = regions.regionOf(row * cells.columns() + column);
        if (region != PlanarRegions.NONE) {
          placeCell(planes, column, row, region);
        } else if (findCandidates(column, row) > 0) {
          placePixels(planes, column, row, labels);
        }
      }
    }
  }

  private void placeCell(PlaneField planes, int column, int row, int region) {
    int endY = Math.min((row + 1) * cells.size, depth.height());
    int startX = column * cells.size;
    int endX = Math.min(startX + cells.size, depth.width());
    float u = (float) regions.a(region);
    float v = (float) regions.b(region);
    for (int y = row * cells.size; y < endY; y++) {
      float level = (float) regions.level(region, startX, y);
      float[] slopeU = planes.slopeU[y];
      float[] slopeV = planes.slopeV[y];
      float[] levels = planes.level[y];
      for (int x = startX; x < endX; x++) {
        slopeU[x] = u;
        slopeV[x] = v;
        levels[x] = level + u * (x - startX);
      }
    }
  }

  private void placePixels(PlaneField planes, int column, int row, short[] labels) {
    int endY = Math.min((row + 1) * cells.size, depth.height());
    int startX = column * cells.size;
    int endX = Math.min(startX + cells.size, depth.width());
    for (int y = row * cells.size; y < endY; y++) {
      hold(y);
      for (int x = startX; x < endX; x++) {
        int region = choose(x, y, labels[y * depth.width() + x]);
        if (region != PlanarRegions.NONE) {
          float u = (float) regions.a(region);
          float v = (float) regions.b(region);
          planes.set(x, y, u, v, (float) regions.level(region, x, y));
        }
      }
    }
  }

  /** Keeps the rows of the depth that misfits in row y need. */
  private void hold(int y) {
    if (closed.length != depth.width()) {
      closed = new float[depth.width()];
    }
    w = depth.w[y];
    known = depth.known[y];
    right = depth.right[y];
    down = depth.down[y];
    int above = Math.max(0, y - 1);
    wAbove = depth.w[above];
    knownAbove = depth.known[above];
    up = y > 0 ? depth.down[above] : closed;
    int below = Math.min(depth.height() - 1, y + 1);
    wBelow = depth.w[below];
    knownBelow = depth.known[below];
  }

  /** Finds the regions in and around a cell; returns how many there are. */
  private int findCandidates(int column, int row) {
    candidates = 0;
    int lastRow = Math.min(cells.rows() - 1, row + REACH);
    int lastColumn = Math.min(cells.columns() - 1, column + REACH);
    for (int r = Math.max(0, row - REACH); r <= lastRow; r++) {
      for (int c = Math.max(0, column - REACH); c <= lastColumn; c++) {
        int region = regions.regionOf(r * cells.columns() + c);
        if (region != PlanarRegions.NONE && !isCandidate(region)) {
          candidate[candidates++] = region;
        }
      }
    }
    return candidates;
  }

  private boolean isCandidate(int region) {
    for (int i = 0; i < candidates; i++) {
      if (candidate[i] == region) {
        return true;
      }
    }
    return false;
  }

  /** The candidate of the pixel's label whose plane fits the pixel and its neighbours best. */
  private int choose(int x, int y, short label) {
    int best = PlanarRegions.NONE;
    double least = TOLERANCE;
    for (int i = 0; i < candidates; i++) {
      if (regions.label(candidate[i]) == label) {
        double misfit = misfit(candidate[i], x, y, least);
        if (misfit < least) {
          least = misfit;
          best = candidate[i];
        }
      }
    }
    return best;
  }

  /**
   * The mean square distance of a pixel and its neighbours from a plane, in units of the noise's.
   * Infinite where the pixel alone lies off by so much that the mean cannot be less than a limit.
   */
  private double misfit(int region, int x, int y, double limit) {
    double a = regions.a(region);
    double c = regions.c(region);
    double atX = a * x;
    double atY = regions.b(region) * y;
    double sum = square(w[x], known[x], atX + atY + c);
    double count = known[x];
    if (sum > FAR_OFF * limit * regions.noise(region)) {
      return Double.POSITIVE_INFINITY;
    }
    if (x > 0 && right[x - 1] > 0) {
      sum += square(w[x - 1], known[x - 1], a * (x - 1) + atY + c);
      count += known[x - 1];
    }
    if (right[x] > 0) {
      sum += square(w[x + 1], known[x + 1], a * (x + 1) + atY + c);
      count += known[x + 1];
    }
    if (up[x] > 0) {
      sum += square(wAbove[x], knownAbove[x], atX + regions.b(region) * (y - 1) + c);
      count += knownAbove[x];
    }
    if (down[x] > 0) {
      sum += square(wBelow[x], knownBelow[x], atX + regions.b(region) * (y + 1) + c);
      count += knownBelow[x];
    }
    return count > 0 ? sum / (count * regions.noise(region)) : Double.POSITIVE_INFINITY;
  }

  private static double square(float w, float known, double plane) {
    double off = w - plane;
    return known * off * off;
  }

  /**
   * Gives measured pixels without a plane that of a neighbour, of the same label if there is one.
   */
  public void fillGaps(PlaneField planes, short[] labels) {
    for (int y = 0; y < depth.height(); y++) {
      float[] slope = planes.slopeU[y];
      float[] measured = depth.known[y];
      for (int x = 0; x < slope.length; x++) {
        if (Float.isNaN(slope[x]) && measured[x] > 0 && !takeNearest(planes, labels, x, y, true)) {
          takeNearest(planes, labels, x, y, false);
        }
      }
    }
  }

  private boolean takeNearest(PlaneField planes, short[] labels, int x, int y, boolean sameLabel) {
    int width = depth.width();
    int startX = Math.max(0, x - NEIGHBOURHOOD);
    int endX = Math.min(width - 1, x + NEIGHBOURHOOD);
    int endY = Math.min(depth.height() - 1, y + NEIGHBOURHOOD);
    short label = labels[y * width + x];
    float own = depth.w[y][x];
    float least = Float.POSITIVE_INFINITY;
    int bestX = -1;
    int bestY = -1;
    for (int r = Math.max(0, y - NEIGHBOURHOOD); r <= endY; r++) {
      float[] slopeU = planes.slopeU[r];
      float[] slopeV = planes.slopeV[r];
      float[] level = planes.level[r];
      float dx = x - startX;
      float dy = y - r;
      for (int c = startX; c <= endX; c++, dx--) {
        // NaN, and not less, where there is no plane.
        float off = Math.abs(level[c] + slopeU[c] * dx + slopeV[c] * dy - own);
        if (off < least && (!sameLabel || labels[r * width + c] == label)) {
          least = off;
          bestX = c;
          bestY = r;
        }
      }
    }
    if (bestX >= 0) {
      float u = planes.slopeU[bestY][bestX];
      float v = planes.slopeV[bestY][bestX];
      planes.set(x, y, u, v, planes.extended(bestX, bestY, x, y));
    }
    return bestX >= 0;
  }
}
