package org.networkfission.prep.sample.geometry;

/** A ball, or a stretched one. */
public final class Ellipsoid extends Solid {
  private final double rx;
  private final double ry;
  private final double rz;

  public Ellipsoid(Spot centre, int instance, Material material, double rx, double ry, double rz) {
    super(centre, instance, material, rx, ry, rz);
    this.rx = rx;
    this.ry = ry;
    this.rz = rz;
  }

  @Override
  double enter(double ox, double oy, double oz, double dx, double dy, double dz, double max) {
    double px = ox / rx;
    double py = oy / ry;
    double pz = oz / rz;
    double qx = dx / rx;
    double qy = dy / ry;
    double qz = dz / rz;
    double a = qx * qx + qy * qy + qz * qz;
    double b = px * qx + py * qy + pz * qz;
    double c = px * px + py * py + pz * pz - 1;
    double d = b * b - a * c;
    if (d < 0) {
      return Double.POSITIVE_INFINITY;
    }
    double t = (-b - Math.sqrt(d)) / a;
    return t > 0 && t < max ? t : Double.POSITIVE_INFINITY;
  }

  @Override
  void local(double x, double y, double z, Hit hit) {
    double nx = x / (rx * rx);
    double ny = y / (ry * ry);
    double nz = z / (rz * rz);
    double length = Math.sqrt(nx * nx + ny * ny + nz * nz);
    hit.nx = nx / length;
    hit.ny = ny / length;
    hit.nz = nz / length;
    hit.u = x + z;
    hit.v = y;
  }
}
