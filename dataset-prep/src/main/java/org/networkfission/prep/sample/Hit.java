package org.networkfission.prep.sample;

/** Where a ray meets a solid; one per thread, used again and again. */
final class Hit {
  /** Distance along the ray, in metres; infinite where nothing was met. */
  double t;

  Solid solid;

  /** The place, in the world. */
  double x;

  double y;
  double z;

  /** The surface's unit normal, in the world. */
  double nx;

  double ny;
  double nz;

  /** Coordinates on the surface, in metres. */
  double u;

  double v;

  /** The width on the surface that one pixel covers, in metres. */
  double footprint;

  /** The direction of the ray that met it. */
  double dx;

  double dy;
  double dz;
}
