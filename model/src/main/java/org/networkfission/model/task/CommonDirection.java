package org.networkfission.model.task;

import java.util.Optional;
import org.networkfission.model.statistics.NormalStatistics;
import org.networkfission.prep.frame.LabeledImage;
import org.networkfission.prep.frame.NormalMap;

/**
 * The unit vector with most normals within 30 degrees, to the fineness of a grid; of several such
 * the one that lies closest to those normals, so that it stays right at the edge of its cell.
 */
final class CommonDirection extends Constant<NormalMap> {
  private static final long serialVersionUID = 1;

  private static final int GRID = 64;
  private static final double CONE = Math.cos(Math.toRadians(30));

  CommonDirection() {
    super(GRID * GRID);
  }

  @Override
  public void add(LabeledImage image) {
    if (image.normals() == null) {
      return;
    }
    float[] xyz = image.normals().xyz();
    for (int i = 0; i < xyz.length / 3; i++) {
      boolean measured = image.depth() == null || image.depth().millimetres()[i] > 0;
      if (measured && NormalStatistics.hasNormal(xyz, 3 * i)) {
        count(cell(xyz, 3 * i));
      }
    }
  }

  @Override
  public Optional<NormalMap> prediction(int width, int height) {
    double[] best = best();
    if (best.length == 0) {
      return Optional.empty();
    }
    float[] xyz = new float[3 * width * height];
    for (int i = 0; i < xyz.length; i++) {
      xyz[i] = (float) best[i % 3];
    }
    return Optional.of(new NormalMap(width, height, xyz));
  }

  /** The direction; no numbers where there is no normal. */
  private double[] best() {
    long[] counts = counts();
    double[] best = {};
    long most = 0;
    double closest = 0;
    for (int candidate = 0; candidate < counts.length; candidate++) {
      double[] direction = centre(candidate);
      long within = 0;
      double closeness = 0;
      for (int other = 0; other < counts.length; other++) {
        if (counts[other] > 0) {
          double cosine = dot(direction, centre(other));
          if (cosine > CONE) {
            within += counts[other];
            closeness += counts[other] * cosine;
          }
        }
      }
      if (within > most || (within == most && closeness > closest)) {
        most = within;
        closest = closeness;
        best = direction;
      }
    }
    return best;
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
