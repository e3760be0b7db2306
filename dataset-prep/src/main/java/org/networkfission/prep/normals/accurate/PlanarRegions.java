package org.networkfission.prep.normals.accurate;

import java.util.Arrays;
import org.networkfission.prep.normals.grid.FlatLabels;
import org.networkfission.prep.normals.grid.PixelQueue;
import org.networkfission.prep.normals.grid.Quantile;

/**
 * Finds the planes of an image: regions of cells grow from the smoothest places as long as a cell
 * agrees with the region's plane as well as noise allows, and count as planes where they end
 * abruptly. A region on a curved surface goes on growing when the tolerance does. One instance per
 * thread; buffers are kept.
 */
public final class PlanarRegions {
  static final int NONE = -1;

  /** Largest misfit of a cell in units of the noise's variance; chi-square of 3 parameters. */
  private static final double TOLERANCE = 16;

  /** How many times rounding's variance a cell's mean square may lie off. */
  private static final double ROUNDING_TOLERANCE = 6;

  /** How many times the region's noise a cell's own may be. */
  private static final double NOISE_TOLERANCE = 4;

  /** By how much the tolerance grows to see whether the region does. */
  private static final double WIDER = 9;

  /** How often a region's plane is fitted anew to all it has grown to. */
  private static final int MAX_ROUNDS = 12;

  /** How many parameters nine planes have more than one. */
  private static final double PARAMETERS = 3 * 9 - 3;

  private static final double MAX_WIDENING = 0.12;

  /**
   * How many cells beside the region, per cell in it, may be connected with it and not agree: small
   * planes must end at edges.
   */
  private static final double MAX_RIM = 0.7;

  private static final int MIN_CELLS = 6;

  /** From which F statistic on a bend counts as one. */
  private static final double BEND_SIGNIFICANCE = 8;

  /**
   * How far a bend may turn the normal, in planar thresholds: sensors bend walls by a degree or
   * two.
   */
  private static final double MAX_BEND = 1.5;

  /**
   * How far a surface with a flat label may lie off its plane, as a share of depth, per radian of
   * the planar threshold.
   */
  private static final double FLATNESS = 0.25;

  private final SurfaceCells cells;
  private final FlatLabels flat;
  private final double unevenness;
  private final double planarThreshold;
  private final Bend bend = new Bend();
  private double focalLength;
  private final PlaneSums sums = new PlaneSums();
  private int[] regions = {};
  private int[] visited = {};
  private boolean[] barren = {};
  private int[] queue = {};
  private int[] members = {};
  private int size;
  private boolean others;
  private float[] misfits = {};
  private final PixelQueue seeds = new PixelQueue();
  private int visit;
  private int queued;
  private double noise;
  private double freedom;
  private double correlation;
  private double allowance;
  private int planes;
  private double[] planeA = new double[64];
  private double[] planeB = new double[64];
  private double[] planeC = new double[64];
  private double[] planeNoise = new double[64];
  private short[] planeLabel = new short[64];

  public PlanarRegions(SurfaceCells cells, FlatLabels flat, double planarThreshold) {
    this.cells = cells;
    this.flat = flat;
    this.planarThreshold = planarThreshold;
    double share = FLATNESS * planarThreshold;
    unevenness = share * share;
  }

  /** The plane of a cell, or {@link #NONE}. */
  int regionOf(int cell) {
    return regions[cell];
  }

  double a(int plane) {
    return planeA[plane];
  }

  double b(int plane) {
    return planeB[plane];
  }

  double c(int plane) {
    return planeC[plane];
  }

  /** Inverse depth of a plane at a pixel. */
  double level(int plane, int x, int y) {
    return planeA[plane] * x + planeB[plane] * y + planeC[plane];
  }

  /** Variance of inverse depth around a plane. */
  double noise(int plane) {
    return planeNoise[plane];
  }

  /** The label of a plane's pixels. */
  short label(int plane) {
    return planeLabel[plane];
  }

  int count() {
    return planes;
  }

  /**
   * Finds the planes of the cells.
   *
   * @param focal length in pixels
   */
  public void find(short[] labels, double focal) {
    focalLength = focal;
    int count = cells.count();
    if (regions.length != count) {
      regions = new int[count];
      visited = new int[count];
      barren = new boolean[count];
      members = new int[count];
      queue = new int[count];
      misfits = new float[count];
    }
    Arrays.fill(regions, NONE);
    Arrays.fill(visited, 0);
    Arrays.fill(barren, false);
    visit = 0;
    planes = 0;
    rankSeeds();
    while (!seeds.isEmpty()) {
      int seed = seeds.pop();
      if (regions[seed] == NONE && !barren[seed]) {
        growFrom(seed, labels[cells.firstPixel(seed)]);
      }
    }
  }

  /** Sorts every second cell by how badly one plane fits it and its neighbours. */
  private void rankSeeds() {
    int count = 0;
    seeds.clear();
    for (int row = 1; row + 1 < cells.rows(); row++) {
      for (int column = 1 + row % 2; column + 1 < cells.columns(); column += 2) {
        int cell = row * cells.columns() + column;
        if (cells.isUsable(cell) && startAt(cell) && sums.solve()) {
          double misfit = Math.max(0, sums.residual - noise * freedom) / (PARAMETERS * noise);
          seeds.push((float) misfit, cell);
          misfits[count++] = (float) misfit;
        }
      }
    }
    correlation = count == 0 ? 1 : Math.max(1, Quantile.select(misfits, count, count / 2));
  }

  /**
   * By how much neighbouring cells disagree more than they would if the noise of each pixel were
   * its own: sensors blur theirs.
   */
  public double correlation() {
    return correlation;
  }

  /** Sums a cell and its eight neighbours; false where they do not show one surface. */
  private boolean startAt(int cell) {
    sums.clear();
    freedom = 0;
    double residual = 0;
    int step = cells.columns();
    for (int dy = -step; dy <= step; dy += step) {
      for (int dx = -1; dx <= 1; dx++) {
        int other = cell + dy + dx;
        if (!cells.isUsable(other)
            || (dx < 1 && !cells.opensRight(other))
            || (dy < step && !cells.opensDown(other))) {
          return false;
        }
        cells.addTo(sums, other);
        residual += cells.sums(other).residual;
        freedom += cells.sums(other).n - 3;
      }
    }
    noise = Math.max(residual / freedom, cells.rounding(cell));
    return true;
  }

  private void growFrom(int seed, short label) {
    startAt(seed);
    sums.solve();
    allowance = flat.contains(label) ? unevenness : 0;
    size = 0;
    if (agrees(seed, 1)) {
      members[size++] = seed;
      for (int round = 0, before = 0; round < MAX_ROUNDS && size > before; round++) {
        before = size;
        spread(1);
        if (size >= MIN_CELLS && !fit(seed)) {
          break;
        }
      }
    }
    int grown = size;
    if (grown >= MIN_CELLS) {
      others = true;
      spread(WIDER);
      others = false;
    }
    int widening = size - grown;
    boolean isPlane =
        grown >= MIN_CELLS
            && widening <= MAX_WIDENING * grown
            && queued - widening <= MAX_RIM * grown
            && !isBent(grown);
    for (int i = 0; i < grown; i++) {
      if (isPlane) {
        regions[members[i]] = planes;
      } else {
        barren[members[i]] = true;
      }
    }
    if (isPlane) {
      keep(label);
    }
  }

  /** Whether the first members deviate from their plane as a curved surface does. */
  private boolean isBent(int grown) {
    double meanU = sums.u / sums.n;
    double meanV = sums.v / sums.n;
    double scale = Math.sqrt((sums.uu + sums.vv) / sums.n - meanU * meanU - meanV * meanV);
    bend.clear();
    for (int i = 0; i < grown; i++) {
      int cell = members[i];
      double u = (cells.meanU(cell) - meanU) / scale;
      double v = (cells.meanV(cell) - meanV) / scale;
      bend.add(u, v, cells.deviation(cell, sums.a, sums.b, sums.c));
    }
    if (bend.significance() < BEND_SIGNIFICANCE) {
      return false;
    }
    double angle = bend.slope() / scale * focalLength / (sums.w / sums.n);
    return angle > MAX_BEND * planarThreshold;
  }

  /** Fits the plane of all members; false where they define none. */
  private boolean fit(int seed) {
    sums.clear();
    double residual = 0;
    freedom = 0;
    for (int i = 0; i < size; i++) {
      cells.addTo(sums, members[i]);
      residual += cells.sums(members[i]).residual;
      freedom += cells.sums(members[i]).n - 3;
    }
    noise = Math.max(residual / freedom, cells.rounding(seed));
    return sums.solve();
  }

  /** Adds all cells that agree with the plane and are connected with members. */
  private void spread(double wider) {
    visit++;
    queued = 0;
    for (int i = 0; i < size; i++) {
      visited[members[i]] = visit;
    }
    for (int i = 0; i < size; i++) {
      enqueueNeighbours(members[i]);
    }
    for (int head = 0; head < queued; head++) {
      if (agrees(queue[head], wider)) {
        members[size++] = queue[head];
        enqueueNeighbours(queue[head]);
      }
    }
  }

  private boolean agrees(int cell, double wider) {
    PlaneSums own = cells.sums(cell);
    double variance = noise + cells.rounding(cell);
    return own.residual <= wider * variance * (NOISE_TOLERANCE * (own.n - 3) + 8)
        && cells.misfit(cell, sums.a, sums.b, sums.c)
            <= wider
                * (own.n * allowance * cells.square(cell)
                    + TOLERANCE * correlation * noise
                    + ROUNDING_TOLERANCE * own.n * cells.rounding(cell));
  }

  private void enqueueNeighbours(int cell) {
    int column = cell % cells.columns();
    if (column > 0 && cells.opensRight(cell - 1)) {
      enqueue(cell - 1);
    }
    if (column + 1 < cells.columns() && cells.opensRight(cell)) {
      enqueue(cell + 1);
    }
    if (cell >= cells.columns() && cells.opensDown(cell - cells.columns())) {
      enqueue(cell - cells.columns());
    }
    if (cell + cells.columns() < cells.count() && cells.opensDown(cell)) {
      enqueue(cell + cells.columns());
    }
  }

  private void enqueue(int cell) {
    if (cells.isUsable(cell) && (others || regions[cell] == NONE) && visited[cell] != visit) {
      visited[cell] = visit;
      queue[queued++] = cell;
    }
  }

  private void keep(short label) {
    if (planes == planeA.length) {
      planeA = Arrays.copyOf(planeA, 2 * planes);
      planeB = Arrays.copyOf(planeB, 2 * planes);
      planeC = Arrays.copyOf(planeC, 2 * planes);
      planeNoise = Arrays.copyOf(planeNoise, 2 * planes);
      planeLabel = Arrays.copyOf(planeLabel, 2 * planes);
    }
    planeA[planes] = sums.a;
    planeB[planes] = sums.b;
    planeC[planes] = sums.c;
    planeNoise[planes] = noise;
    planeLabel[planes] = label;
    planes++;
  }
}
