package org.networkfission.prep.sample.render;

import org.networkfission.prep.sample.geometry.Hit;
import org.networkfission.prep.sample.geometry.Noise;
import org.networkfission.prep.sample.geometry.Ray;
import org.networkfission.prep.sample.geometry.Rgb;
import org.networkfission.prep.sample.geometry.Spot;
import org.networkfission.prep.sample.room.Light;
import org.networkfission.prep.sample.room.Room;

/**
 * The light that falls on a place of a room. Shadows of lights with an extent, and the darkness in
 * corners, come from a few rays in directions that differ from pixel to pixel; the renderer then
 * smooths over neighbours on the same surface.
 */
final class Lighting {
  private static final int WINDOW_RAYS = 3;
  private static final int LAMP_RAYS = 2;
  private static final int CORNER_RAYS = 4;
  private static final double CORNER_REACH = 0.8;
  private static final double FAINT = 0.02;
  private static final double OFF_SURFACE = 1e-3;

  /** The steps of a sequence that fills the square evenly, whatever its length. */
  private static final double STEP_A = 0.7548776662466927;

  private static final double STEP_B = 0.5698402909980532;

  private final Room room;
  private final Ray ray = new Ray();
  private double r;
  private double g;
  private double b;

  Lighting(Room room) {
    this.room = room;
  }

  /**
   * Adds up the light on a surface, shadows included.
   *
   * @param seed makes the directions differ
   * @param out red, green and blue irradiance / pi
   */
  void at(Hit hit, int seed, double[] out, int at) {
    r = 0;
    g = 0;
    b = 0;
    double x = hit.x + OFF_SURFACE * hit.nx;
    double y = hit.y + OFF_SURFACE * hit.ny;
    double z = hit.z + OFF_SURFACE * hit.nz;
    int n = 0;
    for (Light light : room.lights()) {
      n++;
      double a = Noise.hash(seed, n, 17);
      double c = Noise.hash(seed, n, 39);
      int rays = light.window() ? WINDOW_RAYS : LAMP_RAYS;
      for (int i = 0; i < rays; i++) {
        a = fraction(a + STEP_A);
        c = fraction(c + STEP_B);
        Spot from = light.centre();
        double right = (2 * a - 1) * light.halfWidth();
        double other = (2 * c - 1) * light.halfHeight();
        double lx = from.x() + from.cos() * right;
        double lz = from.z() - from.sin() * right;
        double ly = from.y();
        if (light.window()) {
          ly += other;
        } else {
          lx += from.sin() * other;
          lz += from.cos() * other;
        }
        add(hit, x, y, z, lx, ly, lz, light, 1.0 / rays, true);
      }
    }
    addAmbient(hit, openness(hit, x, y, z, seed));
    out[at] = r / Math.PI;
    out[at + 1] = g / Math.PI;
    out[at + 2] = b / Math.PI;
  }

  /** The same without shadows: for what is seen in a mirror or on a gloss. */
  void rough(Hit hit, double[] out) {
    r = 0;
    g = 0;
    b = 0;
    for (Light light : room.lights()) {
      Spot from = light.centre();
      add(hit, hit.x, hit.y, hit.z, from.x(), from.y(), from.z(), light, 0.8, false);
    }
    addAmbient(hit, 0.9);
    out[0] = r / Math.PI;
    out[1] = g / Math.PI;
    out[2] = b / Math.PI;
  }

  private void add(
      Hit hit,
      double x,
      double y,
      double z,
      double lx,
      double ly,
      double lz,
      Light light,
      double share,
      boolean shadows) {
    double dx = lx - x;
    double dy = ly - y;
    double dz = lz - z;
    double square = dx * dx + dy * dy + dz * dz;
    double distance = Math.sqrt(square);
    double cos = (dx * hit.nx + dy * hit.ny + dz * hit.nz) / distance;
    if (light.window()) {
      cos *= -(dx * light.centre().sin() + dz * light.centre().cos()) / distance;
      if (dx * light.centre().sin() + dz * light.centre().cos() >= 0) {
        return;
      }
    }
    if (cos <= 0) {
      return;
    }
    // Near a light with an extent, its parts are not all as near as its middle.
    double extent = light.halfWidth() * light.halfHeight();
    double f = share * cos / (square + extent);
    // A shadow that nobody would see is not worth a ray.
    if (shadows && f * light.power().g() > FAINT * room.ambient().g()) {
      ray.set(x, y, z, dx / distance, dy / distance, dz / distance);
      if (room.solids().blocked(ray, distance - 0.02) < distance) {
        return;
      }
    }
    r += f * light.power().r();
    g += f * light.power().g();
    b += f * light.power().b();
  }

  private void addAmbient(Hit hit, double open) {
    Rgb below = room.floorTint().mix(new Rgb(0.9, 0.9, 0.9), 0.65);
    Rgb above = new Rgb(1, 1, 1);
    Rgb light = room.ambient().times(below.mix(above, 0.5 + 0.5 * hit.ny)).times(open);
    r += light.r();
    g += light.g();
    b += light.b();
  }

  /** The share of directions in which nothing is near: less than 1 in corners, under furniture. */
  private double openness(Hit hit, double x, double y, double z, int seed) {
    // Two directions along the surface.
    double tx = hit.ny;
    double ty = hit.nz;
    double tz = hit.nx;
    double dot = tx * hit.nx + ty * hit.ny + tz * hit.nz;
    tx -= dot * hit.nx;
    ty -= dot * hit.ny;
    tz -= dot * hit.nz;
    double length = Math.sqrt(tx * tx + ty * ty + tz * tz);
    if (length < 1e-6) {
      tx = hit.nz;
      ty = -hit.nz;
      tz = hit.ny - hit.nx;
      length = Math.sqrt(tx * tx + ty * ty + tz * tz);
    }
    tx /= length;
    ty /= length;
    tz /= length;
    double sx = hit.ny * tz - hit.nz * ty;
    double sy = hit.nz * tx - hit.nx * tz;
    double sz = hit.nx * ty - hit.ny * tx;
    double a = Noise.hash(seed, 71, 5);
    double c = Noise.hash(seed, 72, 5);
    double open = 0;
    for (int i = 0; i < CORNER_RAYS; i++) {
      a = fraction(a + STEP_A);
      c = fraction(c + STEP_B);
      double radius = Math.sqrt(a);
      double cos = radius * Circle.cos(c);
      double sin = radius * Circle.sin(c);
      double up = Math.sqrt(1 - a);
      ray.set(
          x,
          y,
          z,
          cos * tx + sin * sx + up * hit.nx,
          cos * ty + sin * sy + up * hit.ny,
          cos * tz + sin * sz + up * hit.nz);
      double t = room.solids().blocked(ray, CORNER_REACH);
      open += Math.min(1, t / CORNER_REACH);
    }
    return 0.25 + 0.75 * open / CORNER_RAYS;
  }

  private static double fraction(double x) {
    return x - (int) x;
  }

  /** Sines by table: the same on every machine, and faster than {@link StrictMath}. */
  private static final class Circle {
    private static final int STEPS = 1024;
    private static final double[] SIN = new double[STEPS + STEPS / 4];

    static {
      for (int i = 0; i < SIN.length; i++) {
        SIN[i] = StrictMath.sin(2 * Math.PI * i / STEPS);
      }
    }

    static double sin(double turn) {
      return SIN[(int) (turn * STEPS)];
    }

    static double cos(double turn) {
      return SIN[(int) (turn * STEPS) + STEPS / 4];
    }
  }
}
