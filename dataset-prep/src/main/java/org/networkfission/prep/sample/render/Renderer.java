package org.networkfission.prep.sample.render;

import java.util.Arrays;
import org.networkfission.prep.frame.ColorImage;
import org.networkfission.prep.frame.Intrinsics;
import org.networkfission.prep.frame.LabelMap;
import org.networkfission.prep.frame.NormalMap;
import org.networkfission.prep.sample.geometry.Hit;
import org.networkfission.prep.sample.geometry.Material;
import org.networkfission.prep.sample.geometry.Ray;
import org.networkfission.prep.sample.geometry.Rgb;
import org.networkfission.prep.sample.room.Room;

/**
 * Renders views of a room: truth at the pixel centres by one ray each; light per pixel, smoothed
 * along surfaces; colour, at edges from four rays a pixel. Not for use by several threads at once.
 */
public final class Renderer {
  private static final double VIGNETTE = 0.18;
  private static final double GREY = 0.3;
  private static final int[] SMOOTHING_STEPS = {1, 2};

  private final Room room;
  private final int width;
  private final int height;
  private final Intrinsics k;
  private final Lighting lighting;
  private final Ray ray = new Ray();
  private final Hit hit = new Hit();
  private final Hit mirrored = new Hit();
  private final Surfaces seen;
  private final double[] albedo;
  private double[] light;
  private double[] smoothed;
  private final double[] gloss;
  private final double[] color = new double[3];
  private final double[] mirror = new double[3];
  private final double[] lit = new double[3];

  public Renderer(Room room, int width, int height, Intrinsics k) {
    this.room = room;
    this.width = width;
    this.height = height;
    this.k = k;
    this.lighting = new Lighting(room);
    int pixels = width * height;
    seen = new Surfaces(pixels);
    albedo = new double[3 * pixels];
    light = new double[3 * pixels];
    smoothed = new double[3 * pixels];
    gloss = new double[3 * pixels];
  }

  /**
   * Renders a view.
   *
   * @param seed of the grain
   */
  public Picture render(Pose pose, int seed) {
    Camera camera = new Camera(pose, k);
    int pixels = width * height;
    short[] things = new short[pixels];
    float[] normals = new float[3 * pixels];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int i = y * width + x;
        camera.ray(x, y, ray);
        shade(camera, i, seed);
        if (seen.solid(i) != null) {
          things[i] = (short) seen.solid(i).instance;
          camera.toCamera(hit.nx, hit.ny, hit.nz, normals, 3 * i);
        }
      }
    }
    for (int step : SMOOTHING_STEPS) {
      smooth(step);
      lightAlone(seed);
    }
    ColorImage photo = photo(camera, seed);
    return new Picture(
        photo,
        seen.distances(),
        new LabelMap(width, height, things),
        new NormalMap(width, height, normals));
  }

  private ColorImage photo(Camera camera, int seed) {
    Develop develop = new Develop(exposure(), seed);
    byte[] rgb = new byte[3 * width * height];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int i = y * width + x;
        double u = (x + 0.5) / width * 2 - 1;
        double v = (y + 0.5) / height * 2 - 1;
        double vignette = 1 - VIGNETTE * (u * u + v * v) / 2;
        double r = 0;
        double g = 0;
        double b = 0;
        if (isEdge(x, y)) {
          for (int part = 0; part < 4; part++) {
            supersample(camera, x, y, part);
            r += develop.tone(color[0] * vignette) / 4;
            g += develop.tone(color[1] * vignette) / 4;
            b += develop.tone(color[2] * vignette) / 4;
          }
        } else {
          r = develop.tone(total(i, 0) * vignette);
          g = develop.tone(total(i, 1) * vignette);
          b = develop.tone(total(i, 2) * vignette);
        }
        develop.expose(i, r, g, b, rgb);
      }
    }
    return new ColorImage(width, height, rgb);
  }

  /** Finds what a pixel sees, its colour and its light. */
  private void shade(Camera camera, int i, int seed) {
    Arrays.fill(light, 3 * i, 3 * i + 3, Double.NaN);
    Arrays.fill(gloss, 3 * i, 3 * i + 3, 0);
    if (!room.solids().nearest(ray, hit)) {
      seen.clear(i);
      outside(ray, albedo, 3 * i);
      return;
    }
    seen.set(i, hit);
    colorOf(camera, hit, albedo, 3 * i);
    Material material = hit.solid.material;
    if (material.emission() == 0) {
      // Every other pixel, as on a chessboard; smoothing fills in the others.
      if (((i % width + i / width) & 1) == 0) {
        lighting.at(hit, i * 31 + seed, light, 3 * i);
      }
      if (material.gloss() > 0) {
        reflect(camera, i, material.gloss());
      }
    }
  }

  /** The texture's colour; for what shines, the light it sends out. */
  private static void colorOf(Camera camera, Hit hit, double[] out, int at) {
    double slant = -(hit.nx * hit.dx + hit.ny * hit.dy + hit.nz * hit.dz);
    hit.footprint = hit.t * camera.pixelAngle() / Math.max(slant, 0.12);
    Rgb rgb = hit.solid.material.texture().at(hit);
    double emission = hit.solid.material.emission();
    double f = emission > 0 ? emission : 1;
    out[at] = rgb.r() * f;
    out[at + 1] = rgb.g() * f;
    out[at + 2] = rgb.b() * f;
  }

  /** Day without any detail: where a window stands open. */
  private static void outside(Ray ray, double[] out, int at) {
    double up = Math.max(0, Math.min(1, 0.5 + ray.dy * 2));
    out[at] = 1.4 + 0.3 * up;
    out[at + 1] = 1.6 + 0.3 * up;
    out[at + 2] = 1.7 + 0.6 * up;
  }

  private void reflect(Camera camera, int i, double gloss) {
    double cos = -(hit.nx * hit.dx + hit.ny * hit.dy + hit.nz * hit.dz);
    double graze = 1 - Math.max(0, cos);
    double most = Math.max(gloss, 0.35 * Math.min(1, gloss * 8));
    double share = gloss + (most - gloss) * graze * graze * graze * graze * graze;
    double dx = hit.dx + 2 * cos * hit.nx;
    double dy = hit.dy + 2 * cos * hit.ny;
    double dz = hit.dz + 2 * cos * hit.nz;
    ray.set(hit.x + 1e-3 * hit.nx, hit.y + 1e-3 * hit.ny, hit.z + 1e-3 * hit.nz, dx, dy, dz);
    int at = 3 * i;
    if (!room.solids().nearest(ray, mirrored)) {
      outside(ray, mirror, 0);
    } else {
      colorOf(camera, mirrored, mirror, 0);
      if (mirrored.solid.material.emission() == 0) {
        lighting.rough(mirrored, color);
        for (int c = 0; c < 3; c++) {
          mirror[c] *= color[c];
        }
      }
    }
    for (int c = 0; c < 3; c++) {
      this.gloss[at + c] = share * mirror[c];
    }
  }

  /** Averages the light of each pixel with that of pixels around it on the same flat surface. */
  private void smooth(int step) {
    for (int i = 0; i < width * height; i++) {
      int x0 = i % width;
      int y0 = i / width;
      double r = 0;
      double g = 0;
      double b = 0;
      int count = 0;
      if (seen.shines(i)) {
        continue;
      }
      for (int dy = -2; dy <= 2; dy++) {
        int y = y0 + dy * step;
        if (y < 0 || y >= height) {
          continue;
        }
        for (int dx = -2; dx <= 2; dx++) {
          int x = x0 + dx * step;
          if (x < 0 || x >= width) {
            continue;
          }
          int j = y * width + x;
          if (light[3 * j] >= 0 && seen.same(i, j)) {
            r += light[3 * j];
            g += light[3 * j + 1];
            b += light[3 * j + 2];
            count++;
          }
        }
      }
      smoothed[3 * i] = r / count;
      smoothed[3 * i + 1] = g / count;
      smoothed[3 * i + 2] = b / count;
    }
    double[] swap = light;
    light = smoothed;
    smoothed = swap;
  }

  /** Lights the pixels that have no lit neighbour on their surface. */
  private void lightAlone(int seed) {
    for (int i = 0; i < width * height; i++) {
      if (!seen.shines(i) && Double.isNaN(light[3 * i])) {
        seen.get(i, hit);
        lighting.at(hit, i * 31 + seed, light, 3 * i);
      }
    }
  }

  private double total(int i, int c) {
    int at = 3 * i + c;
    return seen.shines(i) ? albedo[at] : albedo[at] * light[at] + gloss[at];
  }

  /** Whether a pixel's neighbours show something else. */
  private boolean isEdge(int x, int y) {
    int i = y * width + x;
    return (x > 0 && differ(i, i - 1))
        || (x < width - 1 && differ(i, i + 1))
        || (y > 0 && differ(i, i - width))
        || (y < height - 1 && differ(i, i + width));
  }

  private boolean differ(int i, int j) {
    if (seen.solid(i) != seen.solid(j)) {
      return true;
    }
    if (seen.solid(i) == null) {
      return false;
    }
    double a = albedo[3 * i] + albedo[3 * i + 1] + albedo[3 * i + 2];
    double b = albedo[3 * j] + albedo[3 * j + 1] + albedo[3 * j + 2];
    return Math.abs(a - b) > 0.12 * Math.max(a, b) || !seen.same(i, j);
  }

  /** The colour of one of the four parts of a pixel, lit as the most alike pixel around it. */
  private void supersample(Camera camera, int x, int y, int part) {
    int i = y * width + x;
    // A square turned a little, so that lines along either axis meet four different offsets.
    double du = part == 0 ? -0.125 : part == 1 ? 0.375 : part == 2 ? 0.125 : -0.375;
    double dv = part == 0 ? -0.375 : part == 1 ? -0.125 : part == 2 ? 0.375 : 0.125;
    camera.ray(x + du, y + dv, ray);
    if (!room.solids().nearest(ray, hit)) {
      outside(ray, color, 0);
      return;
    }
    colorOf(camera, hit, color, 0);
    if (hit.solid.material.emission() > 0) {
      return;
    }
    int best = i;
    double likeness = -10;
    for (int ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny++) {
      for (int nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++) {
        int j = ny * width + nx;
        if (seen.shines(j)) {
          continue;
        }
        double alike = seen.likeness(j, hit);
        if (alike > likeness) {
          likeness = alike;
          best = j;
        }
      }
    }
    if (likeness < 0.5) {
      lighting.at(hit, i * 31 + part, lit, 0);
      for (int c = 0; c < 3; c++) {
        color[c] *= lit[c];
      }
      return;
    }
    for (int c = 0; c < 3; c++) {
      double shine = seen.solid(best) == hit.solid ? gloss[3 * best + c] : 0;
      color[c] = color[c] * light[3 * best + c] + shine;
    }
  }

  /** How much to amplify the light so that the picture is neither dark nor pale. */
  private double exposure() {
    double sum = 0;
    for (int i = 0; i < width * height; i++) {
      double y = 0.25 * total(i, 0) + 0.6 * total(i, 1) + 0.15 * total(i, 2);
      sum += Math.min(y, 1.5);
    }
    double mean = sum / (width * height);
    return GREY / Math.max(mean, 0.02);
  }
}
