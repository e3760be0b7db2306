package org.networkfission.prep.normals;

import java.util.Arrays;
import org.networkfission.prep.frame.DepthMap;
import org.networkfission.prep.frame.Intrinsics;
import org.networkfission.prep.frame.LabelMap;
import org.networkfission.prep.normals.accurate.Creases;
import org.networkfission.prep.normals.accurate.HalvedDepth;
import org.networkfission.prep.normals.accurate.HoleDistance;
import org.networkfission.prep.normals.accurate.InverseDepth;
import org.networkfission.prep.normals.accurate.PlanarRegions;
import org.networkfission.prep.normals.accurate.PlaneField;
import org.networkfission.prep.normals.accurate.PlaneFilter;
import org.networkfission.prep.normals.accurate.SurfaceCells;
import org.networkfission.prep.normals.accurate.SurfaceChoice;
import org.networkfission.prep.normals.accurate.WideCreases;
import org.networkfission.prep.normals.grid.FlatLabels;

/**
 * The method of the paper with its defects mended: planes are fitted to inverse depth around every
 * pixel, stopping at labels' edges, depth steps and creases; where a region of the image is a
 * plane, all of it is fitted at once. One instance per thread; buffers are kept.
 */
final class AccurateEstimator {
  /** Smallest and largest reach of a fit's weights, per pixel of the smoothing's window. */
  private static final double MIN_REACH = 1 / 12.0;

  private static final double MAX_REACH = 1 / 4.0;

  /** Smallest reach in pixels: it takes neighbours to fit a plane. */
  private static final double LEAST_REACH = 0.6;

  /** From this reach on, fits are made to blocks of two by two pixels. */
  private static final double HALVED_REACH = 1.6;

  /** The error in radians of a fit's normal that noise may cause before its reach grows. */
  private static final double ANGLE_ERROR = Math.toRadians(1);

  /** The standard deviation of a fit's slope is the noise's / (this x reach^2). */
  private static final double SLOPE_PRECISION = Math.sqrt(128);

  /** How many times the variance that whole millimetres cause makes an image a noisy one. */
  private static final double NOISY = 4;

  private static final int MIN_CELL = 3;
  private static final int MAX_CELL = 8;

  private final int smoothing;
  private final InverseDepth depth;
  private final Creases creases = new Creases();
  private final WideCreases wideCreases = new WideCreases();
  private final PlaneFilter filter = new PlaneFilter();
  private final HalvedDepth halved = new HalvedDepth();
  private final PlaneFilter halvedFilter = new PlaneFilter();
  private final SurfaceCells cells;
  private final PlanarRegions regions;
  private final SurfaceChoice choice;
  private final HoleDistance holes;

  AccurateEstimator(NormalSettings settings) {
    smoothing = settings.smoothing();
    depth = new InverseDepth(settings.maxDepthChange());
    cells = new SurfaceCells(Math.min(MAX_CELL, Math.max(MIN_CELL, smoothing / 3)));
    regions =
        new PlanarRegions(cells, new FlatLabels(settings.flatLabels()), settings.planarThreshold());
    choice = new SurfaceChoice(depth, cells, regions);
    holes = new HoleDistance(settings.maxHoleDistance());
  }

  void estimate(DepthMap map, LabelMap labels, Intrinsics k, float[] normals) {
    if (!depth.read(map, labels)) {
      Arrays.fill(normals, 0);
      return;
    }
    creases.separate(depth);
    if (creases.noise() > NOISY * SurfaceCells.rounding(creases.level())) {
      wideCreases.separate(depth, creases.noise());
    }
    cells.read(depth);
    regions.find(labels.ids(), (k.fx() + k.fy()) / 2);
    PlaneField planes = fit(reach(k));
    choice.placeRegions(planes, labels.ids());
    choice.fillGaps(planes, labels.ids());
    if (depth.hasHoles()) {
      holes.removeFar(depth, planes);
    }
    planes.writeNormals(k, normals);
  }

  private PlaneField fit(double reach) {
    if (reach < HALVED_REACH) {
      filter.fit(depth, decay(reach));
      return filter.planes();
    }
    halvedFilter.fit(halved.halve(depth), decay(reach / 2));
    return halved.expand(halvedFilter.planes());
  }

  private static float decay(double reach) {
    return (float) Math.exp(-1 / reach);
  }

  /** The reach in pixels with which noise moves normals by no more than the allowed angle. */
  private double reach(Intrinsics k) {
    double level = creases.level();
    double deviation =
        Math.sqrt(regions.correlation() * creases.noise() + SurfaceCells.rounding(level));
    double reach = Math.sqrt(deviation * k.fx() / (level * SLOPE_PRECISION * ANGLE_ERROR));
    double clamped = Math.max(smoothing * MIN_REACH, Math.min(smoothing * MAX_REACH, reach));
    return Math.max(LEAST_REACH, clamped);
  }
}
