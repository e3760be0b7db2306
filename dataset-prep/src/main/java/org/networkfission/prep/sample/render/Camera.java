package org.networkfission.prep.sample.render;

import org.networkfission.prep.frame.Intrinsics;
import org.networkfission.prep.sample.geometry.Ray;

/** SceneNet RGB-D's camera: 60 by 45 degrees whatever the size of the picture. */
public final class Camera {
  private static final double HALF_WIDTH_DEGREES = 30;
  private static final double HALF_HEIGHT_DEGREES = 22.5;

  private final Pose pose;
  private final Intrinsics k;

  /** Right, up and forward in the world; right has no y. */
  private final double rx;

  private final double rz;
  private final double ux;
  private final double uy;
  private final double uz;
  private final double fx;
  private final double fy;
  private final double fz;

  public Camera(Pose pose, int width, int height) {
    this(pose, intrinsics(width, height));
  }

  public Camera(Pose pose, Intrinsics k) {
    this.pose = pose;
    this.k = k;
    double x = pose.lookX() - (double) pose.x();
    double y = pose.lookY() - (double) pose.y();
    double z = pose.lookZ() - (double) pose.z();
    double length = Math.sqrt(x * x + y * y + z * z);
    fx = x / length;
    fy = y / length;
    fz = z / length;
    double flat = Math.sqrt(fx * fx + fz * fz);
    rx = -fz / flat;
    rz = fx / flat;
    ux = -rz * fy;
    uy = rz * fx - rx * fz;
    uz = rx * fy;
  }

  /** The intrinsics of a picture of this size. */
  public static Intrinsics intrinsics(int width, int height) {
    return new Intrinsics(
        width / 2.0 / StrictMath.tan(StrictMath.toRadians(HALF_WIDTH_DEGREES)),
        height / 2.0 / StrictMath.tan(StrictMath.toRadians(HALF_HEIGHT_DEGREES)),
        (width - 1) / 2.0,
        (height - 1) / 2.0);
  }

  /** The ray of unit direction through a place in the picture; pixel centres are whole numbers. */
  public void ray(double u, double v, Ray ray) {
    double x = (u - k.cx()) / k.fx();
    double y = (k.cy() - v) / k.fy();
    double dx = fx + x * rx + y * ux;
    double dy = fy + y * uy;
    double dz = fz + x * rz + y * uz;
    double length = Math.sqrt(dx * dx + dy * dy + dz * dz);
    ray.set(pose.x(), pose.y(), pose.z(), dx / length, dy / length, dz / length);
  }

  /** Writes a direction of the world in the camera's axes: x right, y up, z forward. */
  void toCamera(double x, double y, double z, float[] xyz, int at) {
    xyz[at] = (float) (x * rx + z * rz);
    xyz[at + 1] = (float) (x * ux + y * uy + z * uz);
    xyz[at + 2] = (float) (x * fx + y * fy + z * fz);
  }

  /** The directions right, up and forward of a camera in the world: 9 numbers. */
  public static double[] axes(Pose pose) {
    Camera c = new Camera(pose, 4, 3);
    return new double[] {c.rx, 0, c.rz, c.ux, c.uy, c.uz, c.fx, c.fy, c.fz};
  }

  /** The angle that one pixel covers, in radians. */
  double pixelAngle() {
    return 1 / k.fx();
  }
}
