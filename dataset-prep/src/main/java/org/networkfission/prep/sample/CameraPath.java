package org.networkfission.prep.sample;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.networkfission.prep.sample.geometry.Hit;
import org.networkfission.prep.sample.geometry.Ray;
import org.networkfission.prep.sample.geometry.SeededRandom;
import org.networkfission.prep.sample.geometry.Spot;
import org.networkfission.prep.sample.render.Camera;
import org.networkfission.prep.sample.render.Pose;
import org.networkfission.prep.sample.room.Room;

/**
 * A smooth way through a room: the camera drifts along one closed curve while the point that it
 * looks at moves along another, from one thing worth seeing to the next.
 */
final class CameraPath {
  /** Views are numbered in steps of this, as in SceneNet RGB-D. */
  static final int FRAME_STEP = 25;

  private static final int FRAMES_PER_SECOND = 25;
  private static final double EXPOSURE = 0.004;
  private static final double CLEARANCE = 0.22;
  private static final double NEAREST = 0.75;
  private static final int TRIES = 400;

  private final Room room;
  private final SeededRandom random;

  private CameraPath(Room room, SeededRandom random) {
    this.room = room;
    this.random = random;
  }

  /** Plans the views of a trajectory; none of them is inside a thing or close to a wall. */
  static List<View> plan(Room room, int views, SeededRandom random) {
    CameraPath path = new CameraPath(room, random);
    List<View> best = List.of();
    double fewest = Double.POSITIVE_INFINITY;
    for (int i = 0; i < TRIES && fewest > 0; i++) {
      List<View> candidate = path.candidate(views, 1 - 0.8 * i / TRIES);
      double bad = path.badShare(candidate);
      if (bad < fewest) {
        fewest = bad;
        best = candidate;
      }
    }
    return best;
  }

  private List<View> candidate(int views, double reach) {
    int knots = 5;
    double[][] places = new double[knots][];
    double[][] looks = new double[knots][];
    double margin = 0.45;
    double cx = random.between(0.35, 0.65) * room.width();
    double cz = random.between(0.35, 0.65) * room.depth();
    double tall = random.between(1.25, 1.75);
    for (int i = 0; i < knots; i++) {
      double x = cx + reach * random.between(-0.5, 0.5) * (room.width() - 2 * margin);
      double z = cz + reach * random.between(-0.5, 0.5) * (room.depth() - 2 * margin);
      places[i] =
          new double[] {
            Math.max(margin, Math.min(room.width() - margin, x)),
            tall + random.between(-0.2, 0.2),
            Math.max(margin, Math.min(room.depth() - margin, z))
          };
      Spot look = room.points().get(random.count(0, room.points().size() - 1));
      for (int t = 0; t < 4 && near(look, places[i]); t++) {
        look = room.points().get(random.count(0, room.points().size() - 1));
      }
      looks[i] = new double[] {look.x(), look.y() + random.between(-0.3, 0.35), look.z()};
    }
    List<View> result = new ArrayList<>();
    for (int i = 0; i < views; i++) {
      double at = (double) i / views * knots;
      double step = EXPOSURE * knots;
      result.add(
          new View(
              i * FRAME_STEP,
              (float) (i * FRAME_STEP) / FRAMES_PER_SECOND,
              pose(places, looks, at),
              pose(places, looks, at + step / views)));
    }
    return result;
  }

  private static boolean near(Spot look, double[] place) {
    double dx = look.x() - place[0];
    double dz = look.z() - place[2];
    return dx * dx + dz * dz < 1.2 * 1.2;
  }

  private static Pose pose(double[][] places, double[][] looks, double at) {
    return new Pose(
        (float) along(places, 0, at),
        (float) along(places, 1, at),
        (float) along(places, 2, at),
        (float) along(looks, 0, at),
        (float) along(looks, 1, at),
        (float) along(looks, 2, at));
  }

  /** A closed curve through the knots (Catmull and Rom). */
  private static double along(double[][] knots, int axis, double at) {
    int n = knots.length;
    int i = (int) Math.floor(at);
    double t = at - i;
    double a = knots[Math.floorMod(i - 1, n)][axis];
    double b = knots[Math.floorMod(i, n)][axis];
    double c = knots[Math.floorMod(i + 1, n)][axis];
    double d = knots[Math.floorMod(i + 2, n)][axis];
    return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
  }

  /** The share of views that stand badly; more than 1 if one stands inside a thing. */
  private double badShare(List<View> views) {
    Ray ray = new Ray();
    Hit hit = new Hit();
    double bad = 0;
    for (View view : views) {
      Pose p = view.middle();
      boolean outside =
          p.x() < 0.3
              || p.z() < 0.3
              || p.x() > room.width() - 0.3
              || p.z() > room.depth() - 0.3
              || p.y() > room.height() - 0.3;
      if (outside || room.solids().touches(p.x(), p.y(), p.z(), CLEARANCE)) {
        bad += views.size() + 1;
      } else if (!seesMuch(new Camera(p, 16, 12), ray, hit)) {
        bad++;
      }
    }
    return bad / views.size();
  }

  /** Whether what lies before the camera is not too near and not one bare wall. */
  private boolean seesMuch(Camera camera, Ray ray, Hit hit) {
    int near = 0;
    int all = 0;
    Set<Integer> seen = new HashSet<>();
    for (int v = 1; v < 12; v += 2) {
      for (int u = 1; u < 16; u += 2) {
        camera.ray(u, v, ray);
        all++;
        if (room.solids().nearest(ray, hit)) {
          near += hit.t < NEAREST ? 1 : 0;
          seen.add(hit.solid.instance);
        }
      }
    }
    return near < 0.12 * all && seen.size() >= 7;
  }
}
