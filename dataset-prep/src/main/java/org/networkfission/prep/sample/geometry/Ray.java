package org.networkfission.prep.sample.geometry;

/** A ray under way; one per thread, used again and again. */
public final class Ray {
  double ox;
  double oy;
  double oz;
  double dx;
  public double dy;
  double dz;

  /** 1 / direction. */
  double ix;

  double iy;
  double iz;

  /** Nodes that the hierarchy still has to visit. */
  final int[] stack = new int[64];

  public void set(double ox, double oy, double oz, double dx, double dy, double dz) {
    this.ox = ox;
    this.oy = oy;
    this.oz = oz;
    this.dx = dx;
    this.dy = dy;
    this.dz = dz;
    ix = 1 / dx;
    iy = 1 / dy;
    iz = 1 / dz;
  }
}
