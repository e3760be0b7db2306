package org.networkfission.prep.sample.room;

import org.networkfission.prep.sample.geometry.Material;
import org.networkfission.prep.sample.geometry.Rgb;
import org.networkfission.prep.sample.geometry.SeededRandom;
import org.networkfission.prep.sample.geometry.Spot;
import org.networkfission.prep.sample.geometry.Textures;

/** Beds and what stands beside them. */
final class Beds {
  private final RoomBuilder room;
  private final SeededRandom random;
  private final Storage storage;
  private final Smalls smalls;

  Beds(RoomBuilder room, Storage storage, Smalls smalls) {
    this.room = room;
    this.random = room.random.split();
    this.storage = storage;
    this.smalls = smalls;
  }

  /** A bed with its head at the spot. */
  void bed(Spot at, double width) {
    int id = room.object("20000007", "miscbeds");
    double length = 2.05;
    Rgb color = random.color(0x6b4426, 0xb98a56, 0xe2dccf, 0x3a2d26);
    Material wood = Material.glossy(Textures.wood(color, true, random.seed()), 0.03);
    Material sheet = Material.matt(Textures.cloth(random.color(0xe9e6de, 0xd5dde6), 0.006, 1));
    Rgb cover = random.color(0x2f4f8f, 0xa23b3b, 0x3f7f7a, 0x8a5fa0, 0xd6a53f, 0x5f7fb5, 0xc97f8f);
    Material quilt =
        Material.matt(
            random.chance(0.5)
                ? Textures.plaid(
                    cover,
                    random.color(0xf0ead8),
                    cover.times(0.4),
                    random.between(0.1, 0.3),
                    random.seed())
                : Textures.cloth(cover, 0.008, random.seed()));
    double head = random.between(0.85, 1.15);
    room.box(at, 0, 0, 0.03, width + 0.06, head, 0.06, id, wood);
    room.box(at, 0, 0.1, length / 2, width, 0.18, length, id, wood);
    for (int x = -1; x <= 1; x += 2) {
      room.box(at, x * (width / 2 - 0.05), 0, length - 0.06, 0.07, 0.1, 0.07, id, wood);
    }
    if (random.chance(0.5)) {
      room.box(at, 0, 0, length + 0.01, width + 0.06, 0.5, 0.05, id, wood);
    }
    room.box(at, 0, 0.28, length / 2 + 0.03, width - 0.02, 0.2, length - 0.08, id, sheet);
    double folded = random.between(0.5, 0.75);
    room.box(
        at,
        0,
        0.3,
        length - 0.02 - (length - folded) / 2,
        width + 0.03,
        0.215,
        length - folded,
        id,
        quilt);
    room.box(at, 0, 0.48, folded + 0.08, width + 0.03, 0.055, 0.22, id, sheet);
    int pillows = width > 1.2 ? 2 : 1;
    for (int i = 0; i < pillows; i++) {
      int pillow = room.object("03938244", "pillow");
      Material cloth =
          Material.matt(Textures.cloth(random.color(0xf2efe8, 0xdfe6ee, 0xcfd8c4), 0.006, 2));
      double x = (i - (pillows - 1) / 2.0) * width / pillows;
      room.ball(at, x, 0.54, 0.3, 0.3, 0.09, 0.19, pillow, cloth);
    }
    room.point(at, 0, 0.5, length * 0.5);
  }

  /** A small chest with a lamp, beside a bed. */
  void nightstand(Spot at) {
    storage.chest(at, 0.44, 0.5, 0.38);
    if (random.chance(0.75)) {
      smalls.deskLamp(at.move(0, 0.5, 0.18));
    } else {
      smalls.bookStack(at.move(0, 0.5, 0.2));
    }
  }
}
