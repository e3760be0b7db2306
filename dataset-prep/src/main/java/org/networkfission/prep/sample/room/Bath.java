package org.networkfission.prep.sample.room;

import org.networkfission.prep.sample.geometry.Material;
import org.networkfission.prep.sample.geometry.Rgb;
import org.networkfission.prep.sample.geometry.SeededRandom;
import org.networkfission.prep.sample.geometry.Spot;
import org.networkfission.prep.sample.geometry.Textures;

/** What stands in a bathroom; the spot is the middle of the back, on the floor. */
final class Bath {
  private final RoomBuilder room;
  private final SeededRandom random;
  private final Smalls smalls;
  private final Material china = Material.glossy(Textures.plain(Rgb.of(0xf2f3f2), 0.01, 1), 0.08);
  private final Material steel = Material.glossy(Textures.plain(Rgb.of(0xb9bdc0), 0, 1), 0.25);

  Bath(RoomBuilder room, Smalls smalls) {
    this.room = room;
    this.random = room.random.split();
    this.smalls = smalls;
  }

  void tub(Spot at, double width) {
    int id = room.object("02808440", "bathtub");
    double depth = 0.75;
    double height = 0.56;
    double rim = 0.07;
    room.box(at, 0, 0, depth / 2, width - 2 * rim, 0.15, depth - 2 * rim, id, china);
    room.box(at, 0, 0, rim / 2, width, height, rim, id, china);
    room.box(at, 0, 0, depth - rim / 2, width, height, rim, id, china);
    room.box(at, -width / 2 + rim / 2, 0, depth / 2, rim, height, depth - 2 * rim, id, china);
    room.box(at, width / 2 - rim / 2, 0, depth / 2, rim, height, depth - 2 * rim, id, china);
    int tap = room.object("03325088", "faucet");
    room.box(at, 0, height + 0.1, 0.06, 0.2, 0.05, 0.08, tap, steel);
    room.frustum(at, 0, height + 0.02, 0.12, 0.02, 0.02, 0.1, tap, steel);
    room.point(at, 0, 0.5, depth / 2);
  }

  void toilet(Spot at) {
    int id = room.object("04446276", "toilet");
    room.box(at, 0, 0.36, 0.1, 0.4, 0.4, 0.18, id, china);
    room.box(at, 0, 0.76, 0.1, 0.42, 0.03, 0.2, id, china);
    room.frustum(at, 0, 0, 0.38, 0.13, 0.19, 0.38, id, china);
    room.box(at, 0, 0, 0.22, 0.24, 0.38, 0.3, id, china);
    room.frustum(at, 0, 0.38, 0.38, 0.2, 0.2, 0.03, id, china);
    room.box(at, 0, 0.38, 0.26, 0.38, 0.03, 0.2, id, china);
    room.point(at, 0, 0.5, 0.3);
  }

  void washstand(Spot at, double width) {
    int cabinet = room.object("02933112", "cabinet");
    Material wood =
        Material.glossy(
            Textures.wood(random.color(0xe6e1d6, 0x8a6238, 0x55606a), false, random.seed()), 0.03);
    room.box(at, 0, 0.15, 0.24, width, 0.6, 0.46, cabinet, wood);
    for (int i = -1; i <= 1; i += 2) {
      room.box(at, i * width / 4, 0.17, 0.475, width / 2 - 0.015, 0.56, 0.02, cabinet, wood);
      room.ball(at, i * 0.04, 0.6, 0.495, 0.014, 0.014, 0.014, cabinet, steel);
    }
    int basin = room.object("04553920", "washbasin");
    room.box(at, 0, 0.75, 0.245, width + 0.02, 0.035, 0.5, basin, china);
    room.frustum(at, 0, 0.785, 0.28, 0.14, 0.2, 0.1, basin, china);
    int tap = room.object("03325088", "faucet");
    room.frustum(at, 0, 0.785, 0.06, 0.02, 0.015, 0.2, tap, steel);
    room.box(at, 0, 0.96, 0.12, 0.025, 0.025, 0.14, tap, steel);
    smalls.mirror(at.move(0, 0, -0.01), width * 0.9, 0.8, 1.15);
    smalls.cup(at.move(width / 2 - 0.08, 0.785, 0.12));
    room.point(at, 0, 0.9, 0.3);
  }

  void washer(Spot at) {
    int id = room.object("04554684", "washer");
    room.box(at, 0, 0.01, 0.3, 0.6, 0.84, 0.58, id, china);
    room.box(at, 0, 0.72, 0.592, 0.58, 0.11, 0.01, id, steel);
    Material glass = Material.glossy(Textures.plain(Rgb.of(0x23282d), 0, 0), 0.12);
    room.ball(at, 0, 0.4, 0.59, 0.19, 0.19, 0.035, id, glass);
    room.point(at, 0, 0.5, 0.5);
  }

  void towel(Spot at, double low) {
    int id = room.object("04459362", "towel");
    Material cloth =
        Material.matt(
            Textures.cloth(random.color(0xb5533f, 0x3f7fa0, 0xe0d9c5, 0x6f9a5f), 0.008, 3));
    room.box(at, 0, low + 0.55, 0.05, 0.6, 0.02, 0.02, id, steel);
    room.box(at, 0, low, 0.05, 0.45, 0.56, 0.04, id, cloth);
  }
}
