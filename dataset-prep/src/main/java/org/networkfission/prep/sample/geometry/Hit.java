package org.networkfission.prep.sample.geometry;

/** Where a ray meets a solid; one per thread, used again and again. */
public final class Hit {
  /** Distance along the ray, in metres; infinite where nothing was met. */
  public double t;

  public Solid solid;

  /** The place, in the world. */
  public double x;

  public double y;
  public double z;

  /** The surface's unit normal, in the world. */
  public double nx;

  public double ny;
  public double nz;

  /** Coordinates on the surface, in metres. */
  double u;

  double v;

  /** The width on the surface that one pixel covers, in metres. */
  public double footprint;

  /** The direction of the ray that met it. */
  public double dx;

  public double dy;
  public double dz;
}
