package org.networkfission.prep.sample.geometry;

/** A closed body of one material, turned about the vertical axis. */
public abstract class Solid {
  public final int instance;
  public final Material material;

  /** The centre. */
  final double cx;

  final double cy;
  final double cz;

  /** The turn about y. */
  final double cos;

  final double sin;

  /** Half the size of the box around it, in the world's axes. */
  final double wx;

  final double wy;
  final double wz;

  /**
   * Makes a body.
   *
   * @param hx half its width before the turn; hy and hz alike
   */
  Solid(Spot spot, int instance, Material material, double hx, double hy, double hz) {
    this.instance = instance;
    this.material = material;
    this.cx = spot.x();
    this.cy = spot.y();
    this.cz = spot.z();
    this.cos = spot.cos();
    this.sin = spot.sin();
    this.wx = Math.abs(cos) * hx + Math.abs(sin) * hz;
    this.wy = hy;
    this.wz = Math.abs(sin) * hx + Math.abs(cos) * hz;
  }

  /**
   * The distance at which a ray from outside enters, infinite if it does not before {@code max}.
   */
  final double enter(Ray ray, double max) {
    double px = ray.ox - cx;
    double pz = ray.oz - cz;
    return enter(
        cos * px - sin * pz,
        ray.oy - cy,
        sin * px + cos * pz,
        cos * ray.dx - sin * ray.dz,
        ray.dy,
        sin * ray.dx + cos * ray.dz,
        max);
  }

  /** The same in the body's own axes. */
  abstract double enter(
      double ox, double oy, double oz, double dx, double dy, double dz, double max);

  /** Fills in place, normal and surface coordinates of the hit at a distance along the ray. */
  final void surface(Ray ray, double t, Hit hit) {
    hit.t = t;
    hit.solid = this;
    hit.x = ray.ox + t * ray.dx;
    hit.y = ray.oy + t * ray.dy;
    hit.z = ray.oz + t * ray.dz;
    hit.dx = ray.dx;
    hit.dy = ray.dy;
    hit.dz = ray.dz;
    double px = hit.x - cx;
    double pz = hit.z - cz;
    local(cos * px - sin * pz, hit.y - cy, sin * px + cos * pz, hit);
    double nx = cos * hit.nx + sin * hit.nz;
    hit.nz = -sin * hit.nx + cos * hit.nz;
    hit.nx = nx;
  }

  /** Sets the normal (in the body's own axes) and the surface coordinates at a place. */
  abstract void local(double x, double y, double z, Hit hit);
}
