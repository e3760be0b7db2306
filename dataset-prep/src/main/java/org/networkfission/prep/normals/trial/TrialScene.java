package org.networkfission.prep.normals.trial;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.networkfission.prep.frame.DepthMap;
import org.networkfission.prep.frame.Intrinsics;
import org.networkfission.prep.frame.LabelMap;
import org.networkfission.prep.frame.NormalMap;

/** A scene of simple surfaces, seen from the origin by a camera that may look down. */
public enum TrialScene {
  PLANE_FRONT(Kind.PLANAR, 0, List.of(new Surface.Plane(0, 0, -1, -2, 21))),
  PLANE_TILT(Kind.PLANAR, 0, List.of(new Surface.Plane(0, 0.819152, -0.573576, -1.5, 11))),
  PLANE_FAR(Kind.PLANAR, 0, List.of(new Surface.Plane(-0.3289, 0.094, -0.939675, -5.5, 21))),
  CORNER(
      Kind.PLANAR,
      0,
      List.of(
          new Surface.Plane(-0.766044, 0, -0.642788, -2.2, 21),
          new Surface.Plane(0.642788, 0, -0.766044, -2.6, 21))),
  BOX(
      Kind.PLANAR,
      25,
      List.of(
          new Surface.Plane(0, 1, 0, -1.5, 11),
          new Surface.Plane(0, 0, -1, -6, 21),
          new Surface.Box(0.1, -1.1, 2.2, 0.45, 0.4, 0.45, 0.6, 19))),
  STEPS(Kind.PLANAR, 20, steps()),
  ROOM(
      Kind.PLANAR,
      12,
      List.of(
          new Surface.Plane(0, 1, 0, -1.4, 11),
          new Surface.Plane(0, -1, 0, -1.1, 4),
          new Surface.Plane(0, 0, -1, -4.2, 21),
          new Surface.Plane(1, 0, 0, -2.1, 21),
          new Surface.Plane(-1, 0, 0, -2.3, 21),
          new Surface.Box(-0.9, -0.95, 3.3, 0.5, 0.45, 0.4, 0.3, 50),
          new Surface.Box(1.1, -0.8, 3, 0.6, 0.05, 0.45, -0.2, 19),
          new Surface.Box(1.1, -1.1, 3, 0.08, 0.3, 0.08, -0.2, 50))),
  SPHERE(
      Kind.CURVED,
      0,
      List.of(new Surface.Plane(0, 0, -1, -3, 21), new Surface.Sphere(0, 0, 2, 0.6, 50))),
  SPHERE_FLAT(
      Kind.CURVED,
      0,
      List.of(new Surface.Plane(0, 0, -1, -3, 21), new Surface.Sphere(0, 0, 2, 0.6, 19))),
  CYLINDER_WALL(
      Kind.CURVED,
      0,
      List.of(
          new Surface.Tube(0, 1, 2, 21), new Surface.Box(0.3, -0.6, 2.6, 0.5, 0.2, 0.1, 0, 19)));

  /** The flat labels of all scenes; 50 is none. */
  public static final List<Integer> FLAT_LABELS = List.of(4, 11, 19, 21);

  private static final int FULL_WIDTH = 640;

  /** What a scene consists of. */
  public enum Kind {
    PLANAR,
    CURVED
  }

  private final Kind kind;
  private final double lookDown;

  @SuppressWarnings("ImmutableEnumChecker") // Unmodifiable lists of records of numbers.
  private final List<Surface> surfaces;

  TrialScene(Kind kind, double degreesDown, List<Surface> surfaces) {
    this.kind = kind;
    lookDown = Math.toRadians(degreesDown);
    this.surfaces = List.copyOf(surfaces);
  }

  public Kind kind() {
    return kind;
  }

  /** The scene's name, e.g. {@code sphere_flat}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * A scene as the camera sees it.
   *
   * @param depth z in mm, whole ones as sensors store it unless rendered exactly
   * @param labels of the surfaces
   * @param normals exact
   */
  public record View(Intrinsics intrinsics, DepthMap depth, LabelMap labels, NormalMap normals) {}

  /** Renders the scene with a field of view of 60 degrees, 4 columns to 3 rows. */
  public View render(int width) {
    View exact = renderExactly(width);
    float[] millimetres = exact.depth().millimetres();
    for (int p = 0; p < millimetres.length; p++) {
      millimetres[p] = Math.round(millimetres[p]);
    }
    return exact;
  }

  /** As {@link #render}, but with depth in fractions of a millimetre. */
  public View renderExactly(int width) {
    int height = width * 3 / 4;
    double focal = 554.256 * width / FULL_WIDTH;
    Intrinsics k = new Intrinsics(focal, focal * 1.02, (width - 1) / 2.0, (height - 1) / 2.0);
    float[] millimetres = new float[width * height];
    short[] ids = new short[width * height];
    float[] normals = new float[3 * width * height];
    double cos = Math.cos(lookDown);
    double sin = Math.sin(lookDown);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        double rx = (x - k.cx()) / k.fx();
        double ry = (k.cy() - y) / k.fy();
        Surface.Hit hit = nearest(rx, cos * ry - sin, sin * ry + cos);
        int p = y * width + x;
        if (hit.distance() < Double.POSITIVE_INFINITY) {
          millimetres[p] = (float) (1000 * hit.distance());
          ids[p] = (short) hit.label();
          normals[3 * p] = (float) hit.nx();
          normals[3 * p + 1] = (float) (cos * hit.ny() + sin * hit.nz());
          normals[3 * p + 2] = (float) (cos * hit.nz() - sin * hit.ny());
        }
      }
    }
    return new View(
        k,
        new DepthMap(width, height, millimetres),
        new LabelMap(width, height, ids),
        new NormalMap(width, height, normals));
  }

  private Surface.Hit nearest(double dx, double dy, double dz) {
    Surface.Hit nearest = Surface.Hit.NONE;
    for (Surface surface : surfaces) {
      Surface.Hit hit = surface.hit(dx, dy, dz);
      if (hit.distance() < nearest.distance()) {
        nearest = hit;
      }
    }
    return nearest;
  }

  private static List<Surface> steps() {
    List<Surface> steps = new ArrayList<>();
    int[] labels = {11, 19, 21};
    for (int i = 0; i < 6; i++) {
      steps.add(
          new Surface.Box(
              0, -1.6 + 0.09 * i, 2.1 + 0.3 * i, 4, 0.09 * (i + 1), 0.3, 0, labels[i / 2]));
    }
    steps.add(new Surface.Plane(0, 1, 0, -1.7, 11));
    steps.add(new Surface.Plane(0, 0, -1, -4.1, 21));
    return steps;
  }
}
