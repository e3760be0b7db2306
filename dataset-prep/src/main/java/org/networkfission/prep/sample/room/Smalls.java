package org.networkfission.prep.sample.room;

import org.networkfission.prep.sample.geometry.Material;
import org.networkfission.prep.sample.geometry.Rgb;
import org.networkfission.prep.sample.geometry.SeededRandom;
import org.networkfission.prep.sample.geometry.Spot;
import org.networkfission.prep.sample.geometry.Texture;
import org.networkfission.prep.sample.geometry.Textures;

/** Small things that stand on furniture, on the floor, or hang on walls and ceiling. */
final class Smalls {
  private static final Rgb LAMPLIGHT = new Rgb(1, 0.82, 0.6);

  private final RoomBuilder room;
  private final SeededRandom random;

  Smalls(RoomBuilder room) {
    this.room = room;
    this.random = room.random.split();
  }

  /** Books side by side; the spot is the middle of the back of the row. */
  void bookRow(Spot at, double width, double depth, double tallest) {
    int id = room.object("06410904", "book");
    double x = -width / 2;
    while (true) {
      double thick = random.between(0.018, 0.05);
      if (x + thick > width / 2) {
        return;
      }
      double tall = tallest * random.between(0.7, 0.98);
      double deep = Math.min(depth, tall * 0.72);
      room.box(at, x + thick / 2, 0, depth - deep / 2, thick - 0.002, tall, deep, id, book(false));
      x += thick;
    }
  }

  /** A few books lying on each other. */
  void bookStack(Spot at) {
    int id = room.object("06410904", "book");
    double y = 0;
    for (int i = random.count(2, 5); i > 0; i--) {
      double thick = random.between(0.02, 0.045);
      Spot turned = at.turn(random.between(-25, 25));
      room.box(
          turned,
          0,
          y,
          0,
          random.between(0.16, 0.2),
          thick,
          random.between(0.22, 0.28),
          id,
          book(true));
      y += thick;
    }
  }

  private Material book(boolean lying) {
    Rgb color =
        random.color(
            0x8b1a1a, 0x1a3f6b, 0x1f5a38, 0xc07a1e, 0x5a2a5f, 0xd9cfae, 0x222222, 0xb03a2e,
            0x2e7d8c, 0xa8a03c);
    Rgb ink = random.color(0xe8d9a0, 0xf2f2f2, 0x111111);
    return Material.glossy(
        lying
            ? Textures.plain(color, 0.1, random.seed())
            : Textures.spine(color, ink, random.seed()),
        0.02);
  }

  void vaseOrBowl(Spot at) {
    Rgb color = random.color(0x3f6f9f, 0xd9d4c5, 0x9f3f3f, 0x4f7f5f, 0xc9a23f);
    Material clay = Material.glossy(Textures.plain(color, 0.1, random.seed()), 0.06);
    if (random.chance(0.5)) {
      int id = room.object("04522168", "vase");
      room.frustum(at, 0, 0, 0, 0.05, 0.08, 0.12, id, clay);
      room.frustum(at, 0, 0.12, 0, 0.08, 0.03, 0.1, id, clay);
      int plant = room.object("00017222", "plant");
      leaves(at.move(0, 0.27, 0), plant, 0.1, random.count(4, 7));
    } else {
      int id = room.object("02881193", "bowl");
      room.frustum(at, 0, 0, 0, 0.06, 0.14, 0.08, id, clay);
      Material fruit =
          Material.glossy(Textures.plain(random.color(0xd9622b, 0xb5c33a, 0xb02a2a), 0.2, 1), 0.04);
      for (int i = 0; i < 4; i++) {
        Spot turned = at.turn(90 * i + 20);
        room.ball(turned, 0, 0.1, 0.05, 0.04, 0.04, 0.04, id, fruit);
      }
    }
  }

  void cup(Spot at) {
    int id = room.object("03797390", "mug");
    Material china =
        Material.glossy(Textures.plain(random.color(0xf0eee8, 0x3b5c88, 0xb5442f), 0, 0), 0.08);
    room.frustum(at, 0, 0, 0, 0.035, 0.042, 0.1, id, china);
    room.box(at, 0.05, 0.03, 0, 0.03, 0.04, 0.012, id, china);
  }

  void keyboard(Spot at) {
    int id = room.object("03085013", "computer_keyboard");
    Material keys =
        Material.matt(
            Textures.tiles(
                Rgb.of(0x2b2d30), Rgb.of(0x2b2d30), Rgb.of(0x0d0d0e), 0.02, random.seed()));
    room.box(at, 0, 0, 0, 0.42, 0.018, 0.14, id, keys);
  }

  /** A television or monitor on a foot; the spot is under its middle. */
  void screen(Spot at, double width, String english) {
    int id = room.object(english.equals("monitor") ? "03782190" : "06277280", english);
    double height = width * 0.58;
    Material plastic = Material.glossy(Textures.plain(Rgb.of(0x17181a), 0, 0), 0.05);
    Material glass =
        Material.glossy(Textures.screen(width / 2 - 0.02, height / 2 - 0.02, random.seed()), 0.09);
    double foot = 0.07;
    room.box(at, 0, 0, 0, width * 0.4, 0.015, 0.18, id, plastic);
    room.box(at, 0, 0.01, -0.02, 0.05, foot + 0.05, 0.03, id, plastic);
    room.box(at, 0, foot, 0, width, height, 0.035, id, plastic);
    room.box(at, 0, foot + 0.02, 0.015, width - 0.04, height - 0.04, 0.01, id, glass);
    room.point(at, 0, 0.3, 0);
  }

  /** A television on the wall. */
  void wallScreen(Spot at, double width, double low) {
    int id = room.object("06277280", "television");
    double height = width * 0.57;
    Material plastic = Material.glossy(Textures.plain(Rgb.of(0x141518), 0, 0), 0.05);
    Material glass =
        Material.glossy(Textures.screen(width / 2 - 0.02, height / 2 - 0.02, random.seed()), 0.09);
    room.box(at, 0, low, 0.04, width, height, 0.06, id, plastic);
    room.box(at, 0, low + 0.02, 0.07, width - 0.04, height - 0.04, 0.01, id, glass);
    room.point(at, 0, low + height / 2, 0);
  }

  void picture(Spot at, double width, double height, double low) {
    int id = room.object("03876519", "painting");
    Material wood =
        Material.glossy(
            Textures.wood(
                random.color(0x3b2718, 0x8f6b35, 0xe5e0d5, 0x1b1b1b), true, random.seed()),
            0.04);
    Material canvas =
        Material.matt(Textures.painting(width / 2 - 0.04, height / 2 - 0.04, random.seed()));
    room.box(at, 0, low, 0.012, width, height, 0.024, id, wood);
    room.box(at, 0, low + 0.04, 0.02, width - 0.08, height - 0.08, 0.014, id, canvas);
    room.glance(at, 0, low + height / 2, 0);
  }

  void mirror(Spot at, double width, double height, double low) {
    int id = room.object("03773035", "mirror");
    Material frame =
        Material.matt(Textures.wood(random.color(0xb9b9b9, 0x6b4a2b), true, random.seed()));
    Material glass = Material.glossy(Textures.plain(Rgb.of(0x4a5254), 0, 0), 0.8);
    room.box(at, 0, low, 0.01, width, height, 0.02, id, frame);
    room.box(at, 0, low + 0.025, 0.018, width - 0.05, height - 0.05, 0.01, id, glass);
  }

  void bin(Spot at) {
    int id = room.object("02747177", "ashcan");
    Material metal =
        Material.glossy(Textures.plain(random.color(0x33363a, 0x8d9296, 0x7d3030), 0.05, 1), 0.06);
    room.frustum(at, 0, 0, 0, 0.1, 0.14, 0.3, id, metal);
  }

  void carton(Spot at) {
    int id = room.object("02883344", "box");
    Material card =
        Material.matt(Textures.plain(random.color(0xa97c4a, 0xb98d5c), 0.2, random.seed()));
    double w = random.between(0.25, 0.45);
    room.box(at, 0, 0, 0, w, random.between(0.2, 0.35), w * 0.8, id, card);
  }

  void ballToy(Spot at) {
    int id = room.object("03169390", "decoration");
    double r = random.between(0.1, 0.16);
    Texture stripes =
        Textures.stripes(
            random.color(0xc63a2e, 0x2f66b0, 0xe0b53a), Rgb.of(0xf4f1e8), 0.09, 0.4, random.seed());
    room.ball(at, 0, r, 0, r, r, r, id, Material.glossy(stripes, 0.04));
  }

  void plant(Spot at) {
    int pot = room.object("03991062", "pot");
    Material clay =
        Material.matt(
            Textures.plain(random.color(0xa8593a, 0xd8d3c8, 0x4a4f55), 0.1, random.seed()));
    room.frustum(at, 0, 0, 0, 0.12, 0.17, 0.3, pot, clay);
    int id = room.object("00017222", "plant");
    Material stem = Material.matt(Textures.plain(Rgb.of(0x5a4a2a), 0, 0));
    double tall = random.between(0.35, 0.7);
    room.frustum(at, 0, 0.3, 0, 0.02, 0.012, tall, id, stem);
    leaves(at.move(0, 0.35 + tall, 0), id, 0.26, random.count(14, 22));
    room.glance(at, 0, 0.7, 0);
  }

  private void leaves(Spot at, int id, double spread, int count) {
    for (int i = 0; i < count; i++) {
      Material leaf =
          Material.glossy(
              Textures.plain(random.color(0x2f6b2a, 0x4a8a35, 0x3a7a45), 0.2, random.seed()), 0.02);
      Spot turned = at.turn(random.between(0, 360));
      double out = spread * random.between(0.1, 0.9);
      double up = spread * random.between(-0.9, 0.9);
      room.ball(turned, 0, up, out, 0.18 * spread, 0.12 * spread + 0.005, 0.5 * spread, id, leaf);
    }
  }

  void floorLamp(Spot at) {
    int id = room.thing("03367059", "floor_lamp", Thing.Kind.LIGHT_OBJECT);
    Material metal = Material.glossy(Textures.plain(random.color(0x2a2a2c, 0xa08a5a), 0, 0), 0.15);
    room.frustum(at, 0, 0, 0, 0.16, 0.14, 0.025, id, metal);
    room.frustum(at, 0, 0.02, 0, 0.013, 0.013, 1.35, id, metal);
    room.frustum(at, 0, 1.35, 0, 0.2, 0.13, 0.25, id, shade());
    room.light(lamp(id, at.move(0, 1.48, 0), 0.15, 1.0));
    room.glance(at, 0, 1.2, 0);
  }

  void deskLamp(Spot at) {
    int id = room.thing("04380533", "table_lamp", Thing.Kind.LIGHT_OBJECT);
    Material base =
        Material.glossy(Textures.plain(random.color(0x8a5a3a, 0xd8d2c4, 0x35505f), 0.1, 3), 0.06);
    room.frustum(at, 0, 0, 0, 0.07, 0.06, 0.02, id, base);
    room.frustum(at, 0, 0.02, 0, 0.03, 0.015, 0.2, id, base);
    room.frustum(at, 0, 0.2, 0, 0.13, 0.08, 0.17, id, shade());
    room.light(lamp(id, at.move(0, 0.3, 0), 0.1, 0.35));
  }

  void ceilingLamp(Spot under) {
    int id = room.thing("03636248", "lamp", Thing.Kind.LIGHT_OBJECT);
    Material metal = Material.glossy(Textures.plain(Rgb.of(0x8f8f8f), 0, 0), 0.15);
    Material bright = Material.shining(Textures.plain(Rgb.of(0xfff3dd), 0, 0), 4);
    double r = random.between(0.14, 0.22);
    double drop;
    if (random.chance(0.5)) {
      drop = 0.06;
      room.frustum(under, 0, -0.03, 0, r + 0.02, r + 0.02, 0.029, id, metal);
      room.ball(under, 0, -0.03, 0, r, 0.07, r, id, bright);
    } else {
      drop = random.between(0.4, 0.65);
      room.frustum(under, 0, -drop, 0, 0.008, 0.008, drop - 0.001, id, metal);
      room.ball(under, 0, -drop - r * 0.8, 0, r * 0.8, r * 0.8, r * 0.8, id, bright);
    }
    Spot centre = under.move(0, -drop - r - 0.05, 0);
    room.light(lamp(id, centre, r, random.between(1.8, 2.8)));
    room.glance(under, 0, -drop, 0);
  }

  private Material shade() {
    Rgb color = random.color(0xf3e2bd, 0xf0d0a0, 0xe8ddc8);
    return Material.shining(Textures.plain(color, 0.1, random.seed()), 1.5);
  }

  private static Light lamp(int id, Spot centre, double r, double power) {
    return new Light(id, centre, r, r, LAMPLIGHT.times(power), false);
  }
}
