package org.networkfission.model.evaluation;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Optional;
import org.networkfission.model.prediction.DisparityMap;
import org.networkfission.model.prediction.Prediction;
import org.networkfission.model.statistics.Counts;
import org.networkfission.model.statistics.NormalStatistics;
import org.networkfission.prep.frame.DepthMap;
import org.networkfission.prep.frame.LabelMap;
import org.networkfission.prep.frame.NormalMap;

/**
 * Finds the best prediction that does not look at the image: what any network must beat. Fitted on
 * training frames, for each task's headline metric: the class of most pixels, the direction with
 * most normals within 30 degrees, the depth with most pixels within a factor of 1.25.
 */
public final class ConstantFit implements Serializable {
  private static final long serialVersionUID = 1;

  private static final int GRID = 64;
  private static final double CONE = Math.cos(Math.toRadians(30));
  private static final double FACTOR = 1.25;
  private static final int MAX_DEPTH = 0xffff;

  private final long[] classes;
  private final long[] directions = new long[GRID * GRID];
  private final long[] depths = new long[MAX_DEPTH + 1];
  private long frames;

  /**
   * Starts with no frames.
   *
   * @param classes the number of classes, void included
   */
  public ConstantFit(int classes) {
    this.classes = new long[classes];
  }

  /** Adds a training frame. */
  public void add(LabelMap labels, NormalMap normals, DepthMap depth) {
    frames++;
    for (short id : labels.ids()) {
      classes[Short.toUnsignedInt(id)]++;
    }
    for (int i = 0; i < depth.millimetres().length; i++) {
      float millimetres = depth.millimetres()[i];
      if (millimetres > 0) {
        depths[Math.min(MAX_DEPTH, Math.round(millimetres))]++;
        if (NormalStatistics.hasNormal(normals.xyz(), 3 * i)) {
          directions[cell(normals.xyz(), 3 * i)]++;
        }
      }
    }
  }

  /** Adds what another part saw, and returns this. */
  public ConstantFit add(ConstantFit other) {
    frames += other.frames;
    Counts.add(classes, other.classes, 1);
    Counts.add(directions, other.directions, 1);
    Counts.add(depths, other.depths, 1);
    return this;
  }

  /** How many training frames were seen. */
  public long frames() {
    return frames;
  }

  /** The constant prediction, for an image of some size; tasks that no frame shows are absent. */
  public Prediction prediction(int width, int height) {
    int pixels = width * height;
    return new Prediction(
        bestClass()
            .map(
                c -> {
                  short[] ids = new short[pixels];
                  Arrays.fill(ids, (short) (int) c);
                  return new LabelMap(width, height, ids);
                }),
        bestDirection()
            .map(
                d -> {
                  float[] xyz = new float[3 * pixels];
                  for (int i = 0; i < xyz.length; i++) {
                    xyz[i] = (float) d[i % 3];
                  }
                  return new NormalMap(width, height, xyz);
                }),
        bestDepth()
            .map(
                z -> {
                  float[] millimetres = new float[pixels];
                  Arrays.fill(millimetres, z);
                  return new DepthMap(width, height, millimetres);
                }),
        bestDepth()
            .map(
                z -> {
                  float[] disparity = new float[pixels];
                  Arrays.fill(disparity, 1000f / z);
                  return new DisparityMap(width, height, disparity);
                }));
  }

  /** The class of most pixels, void left out. */
  public Optional<Integer> bestClass() {
    int best = 0;
    for (int c = 1; c < classes.length; c++) {
      if (classes[c] > (best == 0 ? 0 : classes[best])) {
        best = c;
      }
    }
    return best == 0 ? Optional.empty() : Optional.of(best);
  }

  /**
   * The unit vector with most normals within 30 degrees, to the fineness of a grid; of several such
   * the one that lies closest to those normals, so that it stays right at the edge of its cell.
   */
  public Optional<double[]> bestDirection() {
    double[] best = null;
    long most = 0;
    double closest = 0;
    for (int candidate = 0; candidate < directions.length; candidate++) {
      double[] direction = centre(candidate);
      long within = 0;
      double closeness = 0;
      for (int other = 0; other < directions.length; other++) {
        if (directions[other] > 0) {
          double cosine = dot(direction, centre(other));
          if (cosine > CONE) {
            within += directions[other];
            closeness += directions[other] * cosine;
          }
        }
      }
      if (within > most || (within == most && closeness > closest)) {
        most = within;
        closest = closeness;
        best = direction;
      }
    }
    return most == 0 ? Optional.empty() : Optional.of(best);
  }

  /** The depth in mm with most pixels within a factor of 1.25. */
  public Optional<Integer> bestDepth() {
    long[] upTo = new long[depths.length + 1];
    for (int z = 0; z < depths.length; z++) {
      upTo[z + 1] = upTo[z] + depths[z];
    }
    int best = 0;
    long most = 0;
    for (int z = 1; z <= MAX_DEPTH; z++) {
      // Strictly between z / 1.25 and 1.25 z.
      int from = (int) Math.floor(z / FACTOR) + 1;
      int to = (int) Math.min(depths.length, Math.ceil(z * FACTOR));
      long within = upTo[to] - upTo[Math.min(from, to)];
      if (within > most) {
        most = within;
        best = z;
      }
    }
    return best == 0 ? Optional.empty() : Optional.of(best);
  }

  /** The cell of a direction on an octahedron, unfolded to a square. */
  private static int cell(float[] xyz, int at) {
    double length = Math.abs(xyz[at]) + Math.abs(xyz[at + 1]) + Math.abs(xyz[at + 2]);
    double u = xyz[at] / length;
    double v = xyz[at + 1] / length;
    if (xyz[at + 2] < 0) {
      double folded = (1 - Math.abs(v)) * Math.copySign(1, u);
      v = (1 - Math.abs(u)) * Math.copySign(1, v);
      u = folded;
    }
    return index(v) * GRID + index(u);
  }

  private static int index(double coordinate) {
    return (int) Math.min(GRID - 1, (coordinate + 1) / 2 * GRID);
  }

  private static double[] centre(int cell) {
    int row = cell / GRID;
    int column = cell % GRID;
    double u = 2 * (column + 0.5) / GRID - 1;
    double v = 2 * (row + 0.5) / GRID - 1;
    double z = 1 - Math.abs(u) - Math.abs(v);
    double x = z < 0 ? (1 - Math.abs(v)) * Math.copySign(1, u) : u;
    double y = z < 0 ? (1 - Math.abs(u)) * Math.copySign(1, v) : v;
    double length = Math.sqrt(x * x + y * y + z * z);
    return new double[] {x / length, y / length, z / length};
  }

  private static double dot(double[] a, double[] b) {
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
  }
}
