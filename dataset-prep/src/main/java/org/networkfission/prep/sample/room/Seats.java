package org.networkfission.prep.sample.room;

import org.networkfission.prep.sample.geometry.Material;
import org.networkfission.prep.sample.geometry.Rgb;
import org.networkfission.prep.sample.geometry.SeededRandom;
import org.networkfission.prep.sample.geometry.Spot;
import org.networkfission.prep.sample.geometry.Textures;

/** Chairs and sofas. */
final class Seats {
  private final RoomBuilder room;
  private final SeededRandom random;

  Seats(RoomBuilder room) {
    this.room = room;
    this.random = room.random.split();
  }

  /** A straight chair with four legs; its seat is at the spot, its back behind. */
  void chair(Spot at, Material wood, Material seat) {
    int id = room.object("03001627", "chair");
    double w = 0.42;
    double h = 0.45;
    for (int x = -1; x <= 1; x += 2) {
      room.box(at, x * (w / 2 - 0.02), 0, w / 2 - 0.02, 0.04, h, 0.04, id, wood);
      room.box(at, x * (w / 2 - 0.02), 0, -w / 2 + 0.02, 0.04, 0.95, 0.04, id, wood);
    }
    room.box(at, 0, h, 0, w, 0.04, w, id, seat);
    if (random.chance(0.5)) {
      room.box(at, 0, 0.84, -w / 2 + 0.02, w - 0.08, 0.1, 0.025, id, wood);
      for (int i = -1; i <= 1; i++) {
        room.box(at, i * 0.1, h, -w / 2 + 0.02, 0.03, 0.4, 0.02, id, wood);
      }
    } else {
      room.box(at, 0, 0.6, -w / 2 + 0.02, w - 0.08, 0.34, 0.03, id, seat);
    }
  }

  /** The wood and the seats of a set of chairs. */
  Material chairWood() {
    return Material.glossy(
        Textures.wood(random.color(0x9c6a3a, 0x4e3524, 0xd9d4ca, 0x2c2a29), false, random.seed()),
        0.02);
  }

  Material chairSeat() {
    return Material.matt(
        Textures.cloth(
            random.color(0x8c2f2b, 0x2f4d6e, 0x3f5b3a, 0x2e2c2c, 0xb89a5e), 0.006, random.seed()));
  }

  /** An office chair on a star of five feet. */
  void swivelChair(Spot at) {
    int id = room.object("04373704", "swivel_chair");
    Material metal = Material.glossy(Textures.plain(Rgb.of(0x55585c), 0, 0), 0.15);
    Material cloth =
        Material.matt(
            Textures.cloth(random.color(0x22252a, 0x2b3c5a, 0x6e2a2a), 0.006, random.seed()));
    for (int i = 0; i < 5; i++) {
      Spot foot = at.turn(72 * i);
      room.box(foot, 0, 0.05, 0.15, 0.04, 0.03, 0.3, id, metal);
      room.ball(foot, 0, 0.03, 0.28, 0.03, 0.03, 0.03, id, cloth);
    }
    room.frustum(at, 0, 0.06, 0, 0.035, 0.025, 0.36, id, metal);
    room.box(at, 0, 0.42, 0, 0.48, 0.09, 0.46, id, cloth);
    room.box(at, 0, 0.42, -0.24, 0.06, 0.3, 0.03, id, metal);
    room.box(at, 0, 0.62, -0.22, 0.44, 0.48, 0.07, id, cloth);
    for (int x = -1; x <= 1; x += 2) {
      room.box(at, x * 0.26, 0.48, 0, 0.03, 0.18, 0.03, id, metal);
      room.box(at, x * 0.26, 0.66, 0.02, 0.05, 0.03, 0.26, id, cloth);
    }
  }

  /** An easy chair; the spot is its back at the wall, or its back's foot. */
  void easyChair(Spot at) {
    int id = room.object("03262932", "easy_chair");
    upholstered(at, id, random.between(0.78, 0.9), 1);
  }

  /** A sofa with its back at the spot. */
  void sofa(Spot at, double width) {
    int id = room.object("04256520", "sofa");
    upholstered(at, id, width, width > 1.7 ? 3 : 2);
    room.point(at, 0, 0.5, 0.4);
  }

  static double sofaDepth() {
    return 0.9;
  }

  private void upholstered(Spot at, int id, double width, int cushions) {
    Rgb color = random.color(0x6b2f2a, 0x8a7d6d, 0x3f4f5f, 0x55603f, 0x9a5b2c, 0x7d7f86, 0xb7a78a);
    Material cloth =
        random.chance(0.3)
            ? Material.glossy(Textures.plain(color.times(0.7), 0.15, random.seed()), 0.05)
            : Material.matt(Textures.cloth(color, 0.007, random.seed()));
    Material seat = Material.matt(Textures.cloth(color.times(1.15), 0.007, random.seed()));
    Material wood = Material.matt(Textures.wood(Rgb.of(0x3d2a1c), true, random.seed()));
    double depth = sofaDepth();
    double arm = 0.17;
    double inner = width - 2 * arm;
    for (int x = -1; x <= 1; x += 2) {
      for (int z = 0; z <= 1; z++) {
        double front = z == 0 ? 0.08 : depth - 0.08;
        room.frustum(at, x * (width / 2 - 0.08), 0, front, 0.02, 0.03, 0.08, id, wood);
      }
      room.box(
          at, x * (width / 2 - arm / 2), 0.08, depth / 2 + 0.02, arm, 0.5, depth - 0.04, id, cloth);
    }
    room.box(at, 0, 0.08, depth / 2, inner, 0.2, depth - 0.06, id, cloth);
    room.box(at, 0, 0.08, 0.1, width, 0.72, 0.18, id, cloth);
    double each = inner / cushions;
    for (int i = 0; i < cushions; i++) {
      double x = (i - (cushions - 1) / 2.0) * each;
      room.box(at, x, 0.28, depth / 2 + 0.1, each - 0.012, 0.16, depth - 0.24, id, seat);
      room.box(at, x, 0.44, 0.25, each - 0.02, 0.38, 0.14, id, seat);
    }
    if (cushions > 1) {
      Material bright =
          Material.matt(
              Textures.plaid(
                  random.color(0xc8553d, 0xe0b050, 0x4d8076),
                  random.color(0xefe6d0),
                  random.color(0x333344),
                  0.07,
                  random.seed()));
      double x = (random.chance(0.5) ? 1 : -1) * (inner / 2 - 0.2);
      room.ball(at, x, 0.6, 0.4, 0.2, 0.17, 0.07, id, bright);
    }
  }
}
