package org.networkfission.model.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.networkfission.prep.frame.DepthMap;
import org.networkfission.prep.frame.LabelMap;
import org.networkfission.prep.frame.NormalMap;

/** Boundary F1 once more, from lists of points and all their distances. */
final class SlowBoundaries {
  record Point(int kind, int x, int y) {}

  record Frame(double tolerance, List<Point> truth, List<Point> predicted) {}

  private interface Edge {
    boolean between(int x, int y, int otherX, int otherY);
  }

  private SlowBoundaries() {}

  static Frame ofLabels(LabelMap truth, LabelMap predicted) {
    return new Frame(
        tolerance(truth.width(), truth.height()), labels(truth, truth), labels(predicted, truth));
  }

  private static double tolerance(int width, int height) {
    return 0.75 / 100 * Math.hypot(width, height) + 1e-9;
  }

  private static List<Point> labels(LabelMap map, LabelMap truth) {
    int width = map.width();
    int height = map.height();
    List<Point> points = new ArrayList<>();
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int here = map.ids()[y * width + x];
        boolean boundary = false;
        for (int[] step : new int[][] {{0, 1}, {0, -1}, {1, 0}, {-1, 0}}) {
          int u = x + step[0];
          int v = y + step[1];
          if (u >= 0 && v >= 0 && u < width && v < height && truth.ids()[v * width + u] != 0) {
            boundary |= map.ids()[v * width + u] != here;
          }
        }
        if (boundary && truth.ids()[y * width + x] != 0 && here != 0) {
          points.add(new Point(here, x, y));
        }
      }
    }
    return points;
  }

  static Frame ofNormals(NormalMap truth, NormalMap predicted, DepthMap depth) {
    return new Frame(
        tolerance(truth.width(), truth.height()),
        normals(truth, truth, depth),
        normals(predicted, truth, depth));
  }

  private static List<Point> normals(NormalMap map, NormalMap truth, DepthMap depth) {
    int width = map.width();
    Edge edge =
        (x, y, u, v) -> {
          int a = y * width + x;
          int b = v * width + u;
          return depth.millimetres()[a] > 0
              && depth.millimetres()[b] > 0
              && length(vector(truth, a)) > 0
              && length(vector(truth, b)) > 0
              && angle(vector(map, a), vector(map, b)) >= 30;
        };
    List<Point> points = new ArrayList<>();
    for (int y = 0; y < map.height(); y++) {
      for (int x = 0; x < width; x++) {
        boolean across = x > 0 && x + 1 < width && edge.between(x - 1, y, x + 1, y);
        boolean down = y > 0 && y + 1 < map.height() && edge.between(x, y - 1, x, y + 1);
        if (across || down) {
          points.add(new Point(1, x, y));
        }
      }
    }
    return points;
  }

  private static double[] vector(NormalMap map, int i) {
    float[] xyz = map.xyz();
    return new double[] {xyz[3 * i], xyz[3 * i + 1], xyz[3 * i + 2]};
  }

  private static double length(double[] v) {
    return Math.hypot(Math.hypot(v[0], v[1]), v[2]);
  }

  private static double angle(double[] a, double[] b) {
    double[] cross = {
      a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]
    };
    return Math.toDegrees(Math.atan2(length(cross), a[0] * b[0] + a[1] * b[1] + a[2] * b[2]));
  }

  /** The mean over the kinds that the truth shows. */
  static double f1(List<Frame> frames) {
    TreeSet<Integer> kinds = new TreeSet<>();
    frames.forEach(f -> f.truth().forEach(p -> kinds.add(p.kind())));
    if (kinds.isEmpty()) {
      return frames.stream().allMatch(f -> f.predicted().isEmpty()) ? 1 : 0;
    }
    double sum = 0;
    for (int kind : kinds) {
      double predicted = 0;
      double hits = 0;
      double truth = 0;
      double found = 0;
      for (Frame f : frames) {
        for (Point p : f.predicted()) {
          predicted += p.kind() == kind ? 1 : 0;
          hits += p.kind() == kind && isNear(p, f.truth(), f.tolerance()) ? 1 : 0;
        }
        for (Point p : f.truth()) {
          truth += p.kind() == kind ? 1 : 0;
          found += p.kind() == kind && isNear(p, f.predicted(), f.tolerance()) ? 1 : 0;
        }
      }
      if (hits > 0 && found > 0) {
        sum += 2 / (predicted / hits + truth / found);
      }
    }
    return sum / kinds.size();
  }

  private static boolean isNear(Point p, List<Point> others, double tolerance) {
    return others.stream()
        .anyMatch(
            o -> o.kind() == p.kind() && Math.hypot(o.x() - p.x(), o.y() - p.y()) <= tolerance);
  }
}
