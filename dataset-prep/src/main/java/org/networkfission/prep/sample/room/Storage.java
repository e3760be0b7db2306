package org.networkfission.prep.sample.room;

import org.networkfission.prep.sample.geometry.Material;
import org.networkfission.prep.sample.geometry.Rgb;
import org.networkfission.prep.sample.geometry.SeededRandom;
import org.networkfission.prep.sample.geometry.Spot;
import org.networkfission.prep.sample.geometry.Textures;

/** Cupboards, shelves and chests; the spot is the middle of the back, on the floor. */
final class Storage {
  private final RoomBuilder room;
  private final SeededRandom random;
  private final Smalls smalls;
  private final Material knob = Material.glossy(Textures.plain(Rgb.of(0xa8a8a8), 0, 0), 0.2);

  Storage(RoomBuilder room, Smalls smalls) {
    this.room = room;
    this.random = room.random.split();
    this.smalls = smalls;
  }

  Rgb woodColor() {
    return random.color(0xe7e1d4, 0xc9a678, 0x5b3a24, 0x8f6a45, 0xd5cbb8, 0x3f3a36);
  }

  void wardrobe(Spot at, double width, double height) {
    int id = room.object("04550184", "wardrobe");
    double depth = 0.6;
    Rgb color = woodColor();
    Material body = Material.glossy(Textures.wood(color.times(0.85), false, random.seed()), 0.02);
    room.box(at, 0, 0.06, depth / 2, width, height - 0.06, depth - 0.02, id, body);
    room.box(at, 0, 0, depth / 2, width - 0.06, 0.06, depth - 0.08, id, body);
    doors(at, width, 0.08, height - 0.02, depth, (int) Math.round(width / 0.5), color, id);
    room.box(at, 0, height, depth / 2, width + 0.04, 0.04, depth + 0.03, id, body);
    room.point(at, 0, 1.2, depth);
  }

  private void doors(
      Spot at, double width, double low, double high, double depth, int count, Rgb color, int id) {
    Material front = Material.glossy(Textures.wood(color, false, random.seed()), 0.03);
    boolean panels = random.chance(0.5);
    double each = width / count;
    for (int i = 0; i < count; i++) {
      double x = (i - (count - 1) / 2.0) * each;
      room.box(at, x, low, depth, each - 0.01, high - low - 0.01, 0.022, id, front);
      if (panels) {
        room.box(at, x, low + 0.08, depth + 0.008, each - 0.16, high - low - 0.17, 0.02, id, front);
      }
      double side = (i % 2 == 0 ? 1 : -1) * (each / 2 - 0.04);
      double middle = (low + high) / 2;
      room.ball(at, x + side, middle, depth + 0.03, 0.014, 0.014, 0.016, id, knob);
    }
  }

  /** A chest of drawers. */
  void chest(Spot at, double width, double height, double depth) {
    int id = room.object("03237340", "dresser");
    Rgb color = woodColor();
    Material body = Material.glossy(Textures.wood(color.times(0.85), true, random.seed()), 0.02);
    Material front = Material.glossy(Textures.wood(color, true, random.seed()), 0.03);
    room.box(at, 0, 0.05, depth / 2, width, height - 0.08, depth - 0.02, id, body);
    room.box(at, 0, height - 0.03, depth / 2, width + 0.03, 0.03, depth + 0.02, id, front);
    int rows = Math.max(2, (int) (height / 0.24));
    int columns = width > 0.8 ? 2 : 1;
    double tall = (height - 0.12) / rows;
    double wide = width / columns;
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        double x = (c - (columns - 1) / 2.0) * wide;
        double y = 0.07 + r * tall;
        room.box(at, x, y, depth, wide - 0.03, tall - 0.015, 0.02, id, front);
        room.ball(at, x, y + tall / 2, depth + 0.02, 0.016, 0.016, 0.018, id, knob);
      }
    }
  }

  void bookshelf(Spot at, double width, double height) {
    int id = room.object("02871439", "bookshelf");
    double depth = 0.3;
    double board = 0.024;
    Rgb color = woodColor();
    Material wood = Material.matt(Textures.wood(color, false, random.seed()));
    Material shelf = Material.matt(Textures.wood(color, true, random.seed()));
    room.box(at, -width / 2 + board / 2, 0, depth / 2, board, height, depth, id, wood);
    room.box(at, width / 2 - board / 2, 0, depth / 2, board, height, depth, id, wood);
    room.box(at, 0, 0, 0.006, width - 2 * board, height, 0.01, id, wood);
    int shelves = (int) Math.round(height / 0.36);
    double gap = (height - board) / shelves;
    double inner = width - 2 * board - 0.02;
    for (int i = 0; i <= shelves; i++) {
      double y = i * gap;
      room.box(at, 0, y, depth / 2, width - 2 * board, board, depth - 0.01, id, shelf);
      if (i == shelves || random.chance(0.1)) {
        continue;
      }
      Spot on = at.move(0, y + board, 0.015);
      double share = random.between(0.5, 1);
      double side = (random.chance(0.5) ? 1 : -1) * (1 - share) * inner / 2;
      smalls.bookRow(on.move(side, 0, 0), inner * share, depth - 0.06, gap - board - 0.02);
      if (share < 0.75 && random.chance(0.6)) {
        smalls.cup(on.move(-Math.signum(side) * inner * share / 2, 0, 0.12));
      }
    }
    room.point(at, 0, height * 0.6, depth);
  }

  /** A low cupboard with a television. */
  void televisionStand(Spot at, double width) {
    int id = room.object("02933112", "cabinet");
    double depth = 0.42;
    double height = 0.45;
    Rgb color = woodColor();
    Material body = Material.glossy(Textures.wood(color.times(0.9), true, random.seed()), 0.03);
    room.box(at, 0, 0.06, depth / 2, width, height - 0.06, depth - 0.02, id, body);
    for (int x = -1; x <= 1; x += 2) {
      room.box(at, x * (width / 2 - 0.06), 0, depth / 2, 0.05, 0.06, depth - 0.1, id, body);
    }
    doors(at, width, 0.07, height - 0.01, depth, 3, color, id);
    smalls.screen(at.move(0, height, 0.2), Math.min(1.25, width - 0.1), "television");
  }

  /** A kitchen's units: below with a worktop, and above. */
  void kitchenUnits(Spot at, double width) {
    int id = room.object("03116530", "counter");
    double depth = 0.6;
    Rgb color = random.color(0xe9e6df, 0x9fb0a8, 0x7d3b2f, 0xc4a06c, 0x4a5a6a);
    Material body = Material.glossy(Textures.plain(color.times(0.85), 0.05, random.seed()), 0.04);
    Material stone =
        Material.glossy(Textures.cloth(random.color(0x3a3a3c, 0xa89f93, 0x6f5a48), 0.01, 5), 0.08);
    room.box(at, 0, 0.1, depth / 2, width, 0.76, depth - 0.02, id, body);
    room.box(at, 0, 0, depth / 2 - 0.03, width, 0.1, depth - 0.08, id, body);
    doors(at, width, 0.12, 0.85, depth, (int) Math.max(2, Math.round(width / 0.5)), color, id);
    room.box(at, 0, 0.86, depth / 2 + 0.01, width, 0.04, depth + 0.04, id, stone);
    int above = room.object("03148324", "cupboard");
    room.box(at, 0, 1.45, 0.165, width, 0.65, 0.33, above, body);
    doors(at, width, 1.46, 2.1, 0.33, (int) Math.max(2, Math.round(width / 0.5)), color, above);
    Spot top = at.move(0, 0.9, 0);
    int sink = room.object("04223580", "sink");
    Material steel = Material.glossy(Textures.plain(Rgb.of(0xb9bdc0), 0.05, 1), 0.2);
    room.box(top, -width / 4, 0, 0.32, 0.5, 0.008, 0.4, sink, steel);
    room.frustum(top, -width / 4, 0, 0.08, 0.015, 0.012, 0.25, sink, steel);
    room.box(top, -width / 4, 0.24, 0.16, 0.02, 0.02, 0.18, sink, steel);
    int stove = room.object("04330267", "stove");
    Material black = Material.glossy(Textures.plain(Rgb.of(0x18191b), 0, 0), 0.1);
    room.box(top, width / 4, 0, 0.32, 0.56, 0.01, 0.5, stove, black);
    for (int i = 0; i < 4; i++) {
      double x = width / 4 + (i % 2 == 0 ? -0.13 : 0.13);
      room.frustum(top, x, 0.01, i < 2 ? 0.2 : 0.44, 0.08, 0.08, 0.01, stove, steel);
    }
    if (random.chance(0.7)) {
      int kettle = room.object("03612814", "kettle");
      room.frustum(top, width / 4 - 0.13, 0.02, 0.2, 0.09, 0.06, 0.18, kettle, steel);
    }
    smalls.cup(top.move(0, 0, 0.3));
    room.point(at, 0, 0.9, 0.4);
  }

  void fridge(Spot at) {
    int id = room.object("03273913", "electric_refrigerator");
    Material paint =
        Material.glossy(
            Textures.plain(random.color(0xe9ebec, 0xb4b8bb), 0.02, random.seed()), 0.07);
    room.box(at, 0, 0.04, 0.31, 0.6, 1.76, 0.6, id, paint);
    room.box(at, 0, 0.06, 0.625, 0.59, 0.6, 0.03, id, paint);
    room.box(at, 0, 0.68, 0.625, 0.59, 1.1, 0.03, id, paint);
    room.box(at, 0.24, 0.8, 0.66, 0.025, 0.5, 0.025, id, knob);
    room.box(at, 0.24, 0.35, 0.66, 0.025, 0.25, 0.025, id, knob);
    room.point(at, 0, 1.0, 0.6);
  }
}
