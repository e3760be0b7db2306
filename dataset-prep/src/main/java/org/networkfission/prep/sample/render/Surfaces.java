package org.networkfission.prep.sample.render;

import org.networkfission.prep.sample.geometry.Hit;
import org.networkfission.prep.sample.geometry.Solid;

/** The surface that each pixel of a view sees: its solid, distance, place and normal. */
final class Surfaces {
  private final Solid[] solid;
  private final double[] distance;

  /** Place and normal, 6 numbers a pixel. */
  private final double[] surface;

  Surfaces(int pixels) {
    solid = new Solid[pixels];
    distance = new double[pixels];
    surface = new double[6 * pixels];
  }

  /** A pixel sees nothing. */
  void clear(int i) {
    solid[i] = null;
    distance[i] = 0;
  }

  void set(int i, Hit hit) {
    solid[i] = hit.solid;
    distance[i] = hit.t;
    surface[6 * i] = hit.x;
    surface[6 * i + 1] = hit.y;
    surface[6 * i + 2] = hit.z;
    surface[6 * i + 3] = hit.nx;
    surface[6 * i + 4] = hit.ny;
    surface[6 * i + 5] = hit.nz;
  }

  /** Writes a pixel's place and normal into a hit. */
  void get(int i, Hit hit) {
    hit.x = surface[6 * i];
    hit.y = surface[6 * i + 1];
    hit.z = surface[6 * i + 2];
    hit.nx = surface[6 * i + 3];
    hit.ny = surface[6 * i + 4];
    hit.nz = surface[6 * i + 5];
  }

  /** What a pixel sees; null for nothing. */
  Solid solid(int i) {
    return solid[i];
  }

  /** The length of each pixel's ray; 0 where it meets nothing. */
  double[] distances() {
    return distance.clone();
  }

  /** Whether a pixel's colour needs no light: it sees a lamp, or outside. */
  boolean shines(int i) {
    return solid[i] == null || solid[i].material.emission() > 0;
  }

  /** Whether two pixels see the same flat surface that does not shine. */
  boolean same(int i, int j) {
    if (i == j) {
      return true;
    }
    if (shines(j)) {
      return false;
    }
    int a = 6 * i;
    int b = 6 * j;
    double dot =
        surface[a + 3] * surface[b + 3]
            + surface[a + 4] * surface[b + 4]
            + surface[a + 5] * surface[b + 5];
    double off =
        surface[a + 3] * (surface[b] - surface[a])
            + surface[a + 4] * (surface[b + 1] - surface[a + 1])
            + surface[a + 5] * (surface[b + 2] - surface[a + 2]);
    return dot > 0.9 && Math.abs(off) < 0.008 * distance[i];
  }

  /** How much alike what a pixel sees and a hit are, at most 2. */
  double likeness(int i, Hit hit) {
    double dot =
        surface[6 * i + 3] * hit.nx + surface[6 * i + 4] * hit.ny + surface[6 * i + 5] * hit.nz;
    return dot + (solid[i] == hit.solid ? 1 : 0) - Math.abs(distance[i] - hit.t) / hit.t;
  }
}
