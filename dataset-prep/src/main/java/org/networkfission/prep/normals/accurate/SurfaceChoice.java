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

  /** How many pixels away a pixel without a plane looks for one. */
  private static final int NEIGHBOURHOOD = 3;

  private final InverseDepth depth;
  private final SurfaceCells cells;
  private final PlanarRegions regions;
  private final int[] candidate = new int[(2 * REACH + 1) * (2 * REACH + 1)];
  private int candidates;

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
    int endX = Math.min((column + 1) * cells.size, depth.width());
    for (int y = row * cells.size; y < endY; y++) {
      for (int x = column * cells.size; x < endX; x++) {
        int region = choose(x, y, labels[y * depth.width() + x]);
        if (region != PlanarRegions.NONE) {
          float u = (float) regions.a(region);
          float v = (float) regions.b(region);
          planes.set(x, y, u, v, (float) regions.level(region, x, y));
        }
      }
    }
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
        double misfit = misfit(candidate[i], x, y);
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
   */
  private double misfit(int region, int x, int y) {
    double sum = square(region, x, y);
    double count = depth.known[y][x];
    if (x > 0 && depth.right[y][x - 1] > 0) {
      sum += square(region, x - 1, y);
      count += depth.known[y][x - 1];
    }
    if (depth.right[y][x] > 0) {
      sum += square(region, x + 1, y);
      count += depth.known[y][x + 1];
    }
    if (y > 0 && depth.down[y - 1][x] > 0) {
      sum += square(region, x, y - 1);
      count += depth.known[y - 1][x];
    }
    if (depth.down[y][x] > 0) {
      sum += square(region, x, y + 1);
      count += depth.known[y + 1][x];
    }
    return count > 0 ? sum / (count * regions.noise(region)) : Double.POSITIVE_INFINITY;
  }

  private double square(int region, int x, int y) {
    double off = depth.w[y][x] - regions.level(region, x, y);
    return depth.known[y][x] * off * off;
  }

  /**
   * Gives measured pixels without a plane that of a neighbour, of the same label if there is one.
   */
  public void fillGaps(PlaneField planes, short[] labels) {
    for (int y = 0; y < depth.height(); y++) {
      for (int x = 0; x < depth.width(); x++) {
        if (!planes.has(x, y)
            && depth.known[y][x] > 0
            && !takeNearest(planes, labels, x, y, true)) {
          takeNearest(planes, labels, x, y, false);
        }
      }
    }
  }

  private boolean takeNearest(PlaneField planes, short[] labels, int x, int y, boolean sameLabel) {
    int width = depth.width();
    float least = Float.POSITIVE_INFINITY;
    int best = -1;
    for (int r = Math.max(0, y - NEIGHBOURHOOD);
        r <= Math.min(depth.height() - 1, y + NEIGHBOURHOOD);
        r++) {
      for (int c = Math.max(0, x - NEIGHBOURHOOD);
          c <= Math.min(width - 1, x + NEIGHBOURHOOD);
          c++) {
        if (!planes.has(c, r) || (sameLabel && labels[r * width + c] != labels[y * width + x])) {
          continue;
        }
        float off = Math.abs(planes.extended(c, r, x, y) - depth.w[y][x]);
        if (off < least) {
          least = off;
          best = r * width + c;
        }
      }
    }
    if (best >= 0) {
      int r = best / width;
      int c = best % width;
      planes.set(x, y, planes.slopeU[r][c], planes.slopeV[r][c], planes.extended(c, r, x, y));
    }
    return best >= 0;
  }
}
