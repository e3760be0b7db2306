package org.networkfission.prep.sample.geometry;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** A hierarchy of boxes around solids, so that a ray meets few of them. */
public final class Bvh {
  private static final int LEAF = 2;

  private static final List<Comparator<Solid>> ORDERS =
      List.of(
          Comparator.comparingDouble(s -> s.cx),
          Comparator.comparingDouble(s -> s.cy),
          Comparator.comparingDouble(s -> s.cz));

  private final Solid[] solids;

  /** Per node: min x, y, z, max x, y, z. */
  private final double[] bounds;

  /**
   * Per node: the first solid of a leaf, or the second child (the first one follows its parent).
   */
  private final int[] start;

  /** Per node: how many solids a leaf has; 0 for inner nodes. */
  private final int[] count;

  /** Per inner node: the axis along which its first child comes before its second. */
  private final int[] axis;

  private int nodes;

  public Bvh(List<Solid> all) {
    solids = all.toArray(new Solid[0]);
    int most = 2 * solids.length + 1;
    bounds = new double[6 * most];
    start = new int[most];
    count = new int[most];
    axis = new int[most];
    build(0, solids.length);
  }

  private void build(int from, int to) {
    int node = nodes++;
    double[] around = emptyBounds();
    for (int i = from; i < to; i++) {
      include(around, solids[i]);
    }
    System.arraycopy(around, 0, bounds, 6 * node, 6);
    int split = to - from <= LEAF ? 0 : split(node, from, to, area(around) * (to - from));
    if (split == 0) {
      start[node] = from;
      count[node] = to - from;
      return;
    }
    build(from, split);
    start[node] = nodes;
    build(split, to);
  }

  /**
   * Sorts solids along the axis, and finds the place, where dividing them makes the cheapest pair
   * of boxes: the least sum of surface times number. Returns 0 where no division is cheaper than
   * none.
   */
  private int split(int node, int from, int to, double cost) {
    int best = 0;
    int bestAxis = 0;
    double least = cost;
    double[] left = new double[to - from];
    for (int a = 0; a < 3; a++) {
      Arrays.sort(solids, from, to, ORDERS.get(a));
      double[] around = emptyBounds();
      for (int i = from; i < to; i++) {
        left[i - from] = area(around) * (i - from);
        include(around, solids[i]);
      }
      around = emptyBounds();
      for (int i = to - 1; i > from; i--) {
        include(around, solids[i]);
        double sum = left[i - from] + area(around) * (to - i);
        if (sum < least) {
          least = sum;
          best = i;
          bestAxis = a;
        }
      }
    }
    Arrays.sort(solids, from, to, ORDERS.get(bestAxis));
    axis[node] = bestAxis;
    return best;
  }

  private static double[] emptyBounds() {
    double inf = Double.POSITIVE_INFINITY;
    return new double[] {inf, inf, inf, -inf, -inf, -inf};
  }

  private static void include(double[] around, Solid s) {
    around[0] = Math.min(around[0], s.cx - s.wx);
    around[1] = Math.min(around[1], s.cy - s.wy);
    around[2] = Math.min(around[2], s.cz - s.wz);
    around[3] = Math.max(around[3], s.cx + s.wx);
    around[4] = Math.max(around[4], s.cy + s.wy);
    around[5] = Math.max(around[5], s.cz + s.wz);
  }

  private static double area(double[] around) {
    if (around[0] > around[3]) {
      return 0;
    }
    double x = around[3] - around[0];
    double y = around[4] - around[1];
    double z = around[5] - around[2];
    return x * y + y * z + z * x;
  }

  /** Finds the first solid that the ray meets; whether there is one. */
  public boolean nearest(Ray ray, Hit hit) {
    double best = Double.POSITIVE_INFINITY;
    Solid nearest = null;
    int[] stack = ray.stack;
    int size = 0;
    stack[size++] = 0;
    while (size > 0) {
      int node = stack[--size];
      if (!meets(node, ray, best)) {
        continue;
      }
      if (count[node] > 0) {
        for (int i = start[node]; i < start[node] + count[node]; i++) {
          double t = solids[i].enter(ray, best);
          if (t < best) {
            best = t;
            nearest = solids[i];
          }
        }
      } else {
        // The child that the ray comes to first is looked at first.
        double along = axis[node] == 0 ? ray.dx : axis[node] == 1 ? ray.dy : ray.dz;
        stack[size++] = along > 0 ? start[node] : node + 1;
        stack[size++] = along > 0 ? node + 1 : start[node];
      }
    }
    hit.t = best;
    if (nearest == null) {
      hit.solid = null;
      return false;
    }
    nearest.surface(ray, best, hit);
    return true;
  }

  /** The distance to some solid nearer than {@code max}, or infinity. */
  public double blocked(Ray ray, double max) {
    int[] stack = ray.stack;
    int size = 0;
    stack[size++] = 0;
    while (size > 0) {
      int node = stack[--size];
      if (!meets(node, ray, max)) {
        continue;
      }
      if (count[node] > 0) {
        for (int i = start[node]; i < start[node] + count[node]; i++) {
          if (solids[i].material.emission() == 0) {
            double t = solids[i].enter(ray, max);
            if (t < max) {
              return t;
            }
          }
        }
      } else {
        stack[size++] = start[node];
        stack[size++] = node + 1;
      }
    }
    return Double.POSITIVE_INFINITY;
  }

  private boolean meets(int node, Ray ray, double max) {
    int at = 6 * node;
    double x0 = (bounds[at] - ray.ox) * ray.ix;
    double x1 = (bounds[at + 3] - ray.ox) * ray.ix;
    double y0 = (bounds[at + 1] - ray.oy) * ray.iy;
    double y1 = (bounds[at + 4] - ray.oy) * ray.iy;
    double z0 = (bounds[at + 2] - ray.oz) * ray.iz;
    double z1 = (bounds[at + 5] - ray.oz) * ray.iz;
    double near = Math.max(Math.max(Math.min(x0, x1), Math.min(y0, y1)), Math.min(z0, z1));
    double far = Math.min(Math.min(Math.max(x0, x1), Math.max(y0, y1)), Math.max(z0, z1));
    return far >= 0 && near <= far && near < max;
  }

  /** Whether a ball touches the box around any solid. */
  public boolean touches(double x, double y, double z, double radius) {
    for (Solid s : solids) {
      double dx = Math.max(0, Math.abs(x - s.cx) - s.wx);
      double dy = Math.max(0, Math.abs(y - s.cy) - s.wy);
      double dz = Math.max(0, Math.abs(z - s.cz) - s.wz);
      if (dx * dx + dy * dy + dz * dz < radius * radius) {
        return true;
      }
    }
    return false;
  }
}
