package org.networkfission.prep.sample.geometry;

/** An upright cylinder, or a cone without its tip. */
public final class Frustum extends Solid {
  private final double half;
  private final double middle;
  private final double slope;

  /**
   * Makes a frustum.
   *
   * @param bottom radius below
   * @param top radius above
   */
  public Frustum(
      Spot centre, int instance, Material material, double bottom, double top, double half) {
    super(centre, instance, material, Math.max(bottom, top), half, Math.max(bottom, top));
    this.half = half;
    this.middle = (bottom + top) / 2;
    this.slope = (top - bottom) / (2 * half);
  }

  @Override
  double enter(double ox, double oy, double oz, double dx, double dy, double dz, double max) {
    double best = Double.POSITIVE_INFINITY;
    // The side: x^2 + z^2 = (middle + slope y)^2.
    double r = middle + slope * oy;
    double s = slope * dy;
    double a = dx * dx + dz * dz - s * s;
    double b = ox * dx + oz * dz - r * s;
    double c = ox * ox + oz * oz - r * r;
    double d = b * b - a * c;
    if (d >= 0 && a != 0) {
      double root = Math.sqrt(d);
      double first = (-b - root) / a;
      double second = (-b + root) / a;
      best = side(Math.min(first, second), oy, dy);
      if (best == Double.POSITIVE_INFINITY) {
        best = side(Math.max(first, second), oy, dy);
      }
    }
    // The flat end that faces the ray.
    if (dy != 0) {
      double end = dy < 0 ? half : -half;
      double t = (end - oy) / dy;
      double x = ox + t * dx;
      double z = oz + t * dz;
      double radius = middle + slope * end;
      if (t > 0 && t < best && x * x + z * z <= radius * radius) {
        best = t;
      }
    }
    return best < max ? best : Double.POSITIVE_INFINITY;
  }

  private double side(double t, double oy, double dy) {
    double y = oy + t * dy;
    return t > 0 && Math.abs(y) <= half && middle + slope * y >= 0 ? t : Double.POSITIVE_INFINITY;
  }

  @Override
  void local(double x, double y, double z, Hit hit) {
    double radius = Math.sqrt(x * x + z * z);
    double side = Math.abs(radius - (middle + slope * y));
    if (half - Math.abs(y) < side) {
      hit.nx = 0;
      hit.ny = Math.signum(y);
      hit.nz = 0;
      hit.u = x;
      hit.v = z;
    } else {
      double length = radius * Math.sqrt(1 + slope * slope);
      hit.nx = x / length;
      hit.ny = -slope / Math.sqrt(1 + slope * slope);
      hit.nz = z / length;
      hit.u = StrictMath.atan2(x, z) * middle;
      hit.v = y;
    }
  }
}
