package org.networkfission.prep.sample.geometry;

/**
 * Procedural textures. Detail that is finer than a pixel fades, so that pictures do not flicker
 * with patterns that are not there.
 */
public final class Textures {
  private Textures() {}

  /** One colour with soft blotches. */
  public static Texture plain(Rgb color, double blotches, int seed) {
    return hit -> color.times(1 + blotches * (Noise.rough(hit.u * 3, hit.v * 3, seed) - 0.5));
  }

  /** Painted plaster. */
  public static Texture plaster(Rgb color, int seed) {
    return hit -> {
      double grain = (Noise.smooth(hit.u * 60, hit.v * 60, seed) - 0.5) * fade(hit, 0.03);
      double blotch = Noise.rough(hit.u, hit.v, seed + 9) - 0.5;
      return color.times(1 + 0.08 * grain + 0.08 * blotch);
    };
  }

  /** Cloth, or a carpet: fine noise. */
  public static Texture cloth(Rgb color, double grainSize, int seed) {
    return hit -> {
      double fine =
          (Noise.smooth(hit.u / grainSize, hit.v / grainSize, seed) - 0.5)
              * fade(hit, grainSize * 2);
      double coarse = Noise.rough(hit.u * 4, hit.v * 4, seed + 5) - 0.5;
      return color.times(1 + 0.5 * fine + 0.15 * coarse);
    };
  }

  /** Sawn wood; the grain runs along u, or along v. */
  public static Texture wood(Rgb color, boolean alongU, int seed) {
    return hit -> {
      double along = alongU ? hit.u : hit.v;
      double across = alongU ? hit.v : hit.u;
      return grain(color, along, across, fade(hit, 0.02), seed);
    };
  }

  private static Rgb grain(Rgb color, double along, double across, double fade, int seed) {
    double bend = Noise.smooth(along * 1.2, across * 3, seed) * 0.5;
    double rings = Noise.smooth(along * 0.7, across * 22 + bend * 6, seed + 1);
    double fibre = (Noise.smooth(along * 9, across * 160, seed + 2) - 0.5) * fade;
    // Painted wood shows little of its grain.
    double strength = color.g() > 0.55 ? 0.15 : 1;
    return color.times(1 + strength * (0.4 * rings + 0.25 * fibre - 0.22));
  }

  /** A floor of wooden planks that run along u. */
  public static Texture planks(Rgb color, double width, int seed) {
    double length = width * 9;
    return hit -> {
      int row = (int) Math.floor(hit.v / width);
      double shifted = hit.u + Noise.hash(row, 0, seed) * length;
      int column = (int) Math.floor(shifted / length);
      double tint = 0.78 + 0.4 * Noise.hash(row, column, seed + 1);
      Rgb wood =
          grain(color.times(tint), shifted, hit.v, fade(hit, 0.02), seed + row * 31 + column);
      double gap =
          Math.max(
              line(hit.v - row * width, width, 0.003, hit.footprint),
              line(shifted - column * length, length, 0.003, hit.footprint));
      return wood.times(1 - 0.6 * gap);
    };
  }

  /** Square tiles with joints; every other one may have a second colour. */
  public static Texture tiles(Rgb color, Rgb other, Rgb joint, double size, int seed) {
    return hit -> {
      int row = (int) Math.floor(hit.v / size);
      int column = (int) Math.floor(hit.u / size);
      Rgb base = ((row + column) & 1) == 0 ? color : other;
      double cloud = Noise.rough(hit.u * 7, hit.v * 7, seed + row * 7 + column) - 0.5;
      Rgb tile = base.times(0.94 + 0.12 * Noise.hash(row, column, seed) + 0.12 * cloud);
      double gap =
          Math.max(
              line(hit.v - row * size, size, 0.004, hit.footprint),
              line(hit.u - column * size, size, 0.004, hit.footprint));
      return tile.mix(joint, gap);
    };
  }

  /** Upright stripes. */
  public static Texture stripes(Rgb color, Rgb other, double period, double share, int seed) {
    return hit -> {
      double phase = hit.u / period - Math.floor(hit.u / period);
      double edge = hit.footprint / period;
      double stripe = ramp(Math.min(phase, share - phase) / edge + 0.5);
      if (edge > 0.7) {
        stripe = share;
      }
      double blotch = Noise.rough(hit.u * 2, hit.v * 2, seed) - 0.5;
      return color.mix(other, stripe).times(1 + 0.06 * blotch);
    };
  }

  /** A wallpaper with a repeated ornament. */
  public static Texture ornament(Rgb color, Rgb other, double size, int seed) {
    return hit -> {
      int row = (int) Math.floor(hit.v / size);
      double u = hit.u / size + ((row & 1) == 0 ? 0 : 0.5);
      double x = (u - Math.floor(u) - 0.5) * 2;
      double y = (hit.v / size - row - 0.5) * 2;
      double radius = Math.abs(x) * 1.6 + Math.abs(y) + 0.35 * Math.abs(x * y);
      double edge = Math.max(hit.footprint / size * 2, 0.02);
      double figure = ramp((0.62 - radius) / edge + 0.5) * (1 - ramp((0.25 - radius) / edge + 0.5));
      double blotch = Noise.rough(hit.u * 2, hit.v * 2, seed) - 0.5;
      return color.mix(other, edge > 1.5 ? 0.25 : figure).times(1 + 0.06 * blotch);
    };
  }

  /** A chequered or striped bedspread. */
  public static Texture plaid(Rgb color, Rgb other, Rgb third, double period, int seed) {
    return hit -> {
      double a = wave(hit.u / period, hit.footprint / period);
      double b = wave(hit.v / period, hit.footprint / period);
      double fine = (Noise.smooth(hit.u * 150, hit.v * 150, seed) - 0.5) * fade(hit, 0.012);
      return color.mix(other, 0.6 * a).mix(third, 0.5 * b).times(1 + 0.25 * fine);
    };
  }

  /** The back of a book: its colour with a band and a title. */
  public static Texture spine(Rgb color, Rgb ink, int seed) {
    double band = Noise.hash(1, 2, seed) * 0.06;
    return hit -> {
      double stripe = ramp((0.008 - Math.abs(Math.abs(hit.v) - 0.04 - band)) / hit.footprint + 0.5);
      return color.mix(ink, 0.8 * stripe);
    };
  }

  /** A landscape, or shapes in colours, on a canvas of the given half sizes. */
  public static Texture painting(double halfWidth, double halfHeight, int seed) {
    SeededRandom random = new SeededRandom(seed);
    Rgb above = random.color(0x6fa8dc, 0xf6b26b, 0x9fc5e8, 0xc27ba0, 0xffe599);
    Rgb far = random.color(0x38761d, 0x45818e, 0x674ea7, 0x7f6000);
    Rgb near = random.color(0x274e13, 0x660000, 0x0c343d, 0x783f04);
    Rgb disc = random.color(0xfff2cc, 0xf1c232, 0xea9999);
    boolean shapes = random.chance(0.4);
    double discU = random.between(-0.5, 0.5);
    double discV = random.between(0.2, 0.6);
    return hit -> {
      double u = hit.u / halfWidth;
      double v = hit.v / halfHeight;
      if (shapes) {
        int column = (int) Math.floor((u + 1) * 1.7 + 0.4 * Noise.hash((int) (v * 2 + 5), 0, seed));
        double pick = Noise.hash(column, (int) Math.floor((v + 1) * 2.2), seed);
        return pick < 0.25 ? above : pick < 0.5 ? far : pick < 0.75 ? disc : near;
      }
      double hills = 0.5 * Noise.rough(u * 1.5 + 7, 0, seed) - 0.2;
      double meadow = 0.4 * Noise.rough(u * 2.5, 3, seed + 3) - 0.65;
      double du = (u - discU) * halfWidth / halfHeight;
      double dv = v - discV;
      if (v < meadow) {
        return near.times(0.8 + 0.5 * Noise.rough(u * 9, v * 9, seed));
      }
      if (v < hills) {
        return far.times(0.8 + 0.4 * Noise.rough(u * 6, v * 6, seed + 1));
      }
      return du * du + dv * dv < 0.04 ? disc : above.times(0.75 + 0.3 * v);
    };
  }

  /** A screen: dark, or with windows of a desktop or bands of a film. */
  public static Texture screen(double halfWidth, double halfHeight, int seed) {
    SeededRandom random = new SeededRandom(seed);
    Rgb dark = Rgb.of(0x10141c);
    Rgb back = random.color(0x16365c, 0x1d4b43, 0x3d2352);
    double split = random.between(-0.3, 0.4);
    boolean on = random.chance(0.5);
    return hit -> {
      double u = hit.u / halfWidth;
      double v = hit.v / halfHeight;
      if (!on) {
        return dark;
      }
      if (u > split - 0.45 && u < split + 0.5 && v > -0.5 && v < 0.6) {
        boolean title = v > 0.48;
        boolean text = Noise.hash((int) Math.floor(u * 30), (int) Math.floor(v * 14), seed) > 0.55;
        return title ? Rgb.of(0x7d96b8) : text ? Rgb.of(0x8f9aa5) : Rgb.of(0xc9d1d8);
      }
      return back.times(1.1 + 0.5 * v);
    };
  }

  /** What is seen through a window: depends on the direction alone. */
  public static Texture outside(Rgb sky, Rgb ground, int seed) {
    return hit -> Sky.at(hit.dx, hit.dy, hit.dz, sky, ground, seed);
  }

  /** 1 where a pattern of this size fills pixels, falling to 0 where it is smaller than a pixel. */
  private static double fade(Hit hit, double size) {
    return ramp(size / Math.max(hit.footprint, 1e-6) - 0.5);
  }

  /** How much of a pixel lies on the line at 0 and at the period. */
  private static double line(double at, double period, double halfWidth, double footprint) {
    double distance = Math.min(at, period - at);
    double wide = Math.max(footprint, 1e-6);
    return ramp((halfWidth - distance) / wide + 0.5) * Math.min(1, 2 * halfWidth / wide + 0.1);
  }

  private static double wave(double x, double edge) {
    double phase = x - Math.floor(x);
    double triangle = Math.abs(2 * phase - 1);
    return edge > 0.5 ? 0.5 : ramp((triangle - 0.5) / Math.max(2 * edge, 0.05) + 0.5);
  }

  private static double ramp(double x) {
    return Math.max(0, Math.min(1, x));
  }
}
