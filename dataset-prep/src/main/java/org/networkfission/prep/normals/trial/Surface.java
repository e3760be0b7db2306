package org.networkfission.prep.normals.trial;

/** What a ray can hit: x right, y up, z away from the viewer, in metres. */
interface Surface {
  /** A hit at a multiple of the ray's direction, with the unit normal that faces the viewer. */
  record Hit(double distance, double nx, double ny, double nz, int label) {
    static final Hit NONE = new Hit(Double.POSITIVE_INFINITY, 0, 0, 0, 0);
  }

  /** The nearest hit of the ray from the origin in direction d, or {@link Hit#NONE}. */
  Hit hit(double dx, double dy, double dz);

  /** An endless plane: the points p with n p = offset, where n is a unit vector. */
  record Plane(double nx, double ny, double nz, double offset, int label) implements Surface {
    @Override
    public Hit hit(double dx, double dy, double dz) {
      double along = nx * dx + ny * dy + nz * dz;
      double t = offset / along;
      double sign = along < 0 ? 1 : -1;
      return t > 0 && Double.isFinite(t)
          ? new Hit(t, sign * nx, sign * ny, sign * nz, label)
          : Hit.NONE;
    }
  }

  /** A ball. */
  record Sphere(double x, double y, double z, double radius, int label) implements Surface {
    @Override
    public Hit hit(double dx, double dy, double dz) {
      double dd = dx * dx + dy * dy + dz * dz;
      double b = (dx * x + dy * y + dz * z) / dd;
      double square = b * b - (x * x + y * y + z * z - radius * radius) / dd;
      double t = b - Math.sqrt(square);
      return t > 0
          ? new Hit(t, (t * dx - x) / radius, (t * dy - y) / radius, (t * dz - z) / radius, label)
          : Hit.NONE;
    }
  }

  /** The inside of an upright tube around the viewer. */
  record Tube(double x, double z, double radius, int label) implements Surface {
    @Override
    public Hit hit(double dx, double dy, double dz) {
      double dd = dx * dx + dz * dz;
      double b = (dx * x + dz * z) / dd;
      double t = b + Math.sqrt(b * b - (x * x + z * z - radius * radius) / dd);
      return t > 0 ? new Hit(t, (x - t * dx) / radius, 0, (z - t * dz) / radius, label) : Hit.NONE;
    }
  }

  /** A box with its edges along the axes, turned about the upright axis through its centre. */
  record Box(
      double x,
      double y,
      double z,
      double halfX,
      double halfY,
      double halfZ,
      double turn,
      int label)
      implements Surface {
    @Override
    public Hit hit(double dx, double dy, double dz) {
      double cos = Math.cos(turn);
      double sin = Math.sin(turn);
      double[] origin = {-(cos * x + sin * z), -y, -(cos * z - sin * x)};
      double[] ray = {cos * dx + sin * dz, dy, cos * dz - sin * dx};
      double[] half = {halfX, halfY, halfZ};
      double enter = 0;
      double leave = Double.POSITIVE_INFINITY;
      int axis = -1;
      for (int i = 0; i < 3; i++) {
        double a = (-half[i] - origin[i]) / ray[i];
        double b = (half[i] - origin[i]) / ray[i];
        if (Math.min(a, b) > enter) {
          enter = Math.min(a, b);
          axis = i;
        }
        leave = Math.min(leave, Math.max(a, b));
      }
      if (axis < 0 || enter >= leave) {
        return Hit.NONE;
      }
      double[] n = new double[3];
      n[axis] = -Math.signum(ray[axis]);
      return new Hit(enter, cos * n[0] - sin * n[2], n[1], sin * n[0] + cos * n[2], label);
    }
  }
}
