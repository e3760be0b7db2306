package org.networkfission.prep.sample.geometry;

/** A cuboid. */
public final class Box extends Solid {
  private final double hx;
  private final double hy;
  private final double hz;

  public Box(Spot centre, int instance, Material material, double hx, double hy, double hz) {
    super(centre, instance, material, hx, hy, hz);
    this.hx = hx;
    this.hy = hy;
    this.hz = hz;
  }

  @Override
  double enter(double ox, double oy, double oz, double dx, double dy, double dz, double max) {
    double ax = Math.abs(1 / dx);
    double ay = Math.abs(1 / dy);
    double az = Math.abs(1 / dz);
    double mx = -ox / dx;
    double my = -oy / dy;
    double mz = -oz / dz;
    // A ray along a face's plane has 0 / 0 here; it then misses, as comparisons with NaN fail.
    double near = Math.max(Math.max(mx - ax * hx, my - ay * hy), mz - az * hz);
    double far = Math.min(Math.min(mx + ax * hx, my + ay * hy), mz + az * hz);
    return near <= far && near > 0 && near < max ? near : Double.POSITIVE_INFINITY;
  }

  @Override
  void local(double x, double y, double z, Hit hit) {
    double sx = Math.abs(Math.abs(x) - hx);
    double sy = Math.abs(Math.abs(y) - hy);
    double sz = Math.abs(Math.abs(z) - hz);
    hit.nx = 0;
    hit.ny = 0;
    hit.nz = 0;
    if (sy <= sx && sy <= sz) {
      hit.ny = Math.signum(y);
      hit.u = x;
      hit.v = z;
    } else if (sx <= sz) {
      hit.nx = Math.signum(x);
      hit.u = z;
      hit.v = y;
    } else {
      hit.nz = Math.signum(z);
      hit.u = x;
      hit.v = y;
    }
  }
}
