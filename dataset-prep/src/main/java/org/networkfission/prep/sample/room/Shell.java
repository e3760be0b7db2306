package org.networkfission.prep.sample.room;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.networkfission.prep.sample.geometry.Material;
import org.networkfission.prep.sample.geometry.Rgb;
import org.networkfission.prep.sample.geometry.SeededRandom;
import org.networkfission.prep.sample.geometry.Spot;
import org.networkfission.prep.sample.geometry.Texture;
import org.networkfission.prep.sample.geometry.Textures;

/** What a room is made of: floor, ceiling, walls, doors and windows. */
final class Shell {
  private static final double THICKNESS = 0.2;

  private final RoomBuilder room;
  private final SeededRandom random;
  private final List<Opening> openings = new ArrayList<>();

  private record Opening(int wall, double along, double width, double low, double high) {}

  Shell(RoomBuilder room) {
    this.room = room;
    this.random = room.random.split();
  }

  /** Builds everything; returns the colour of the floor. */
  Rgb build() {
    door();
    int windows = random.chance(0.25) ? 2 : 1;
    for (int i = 0; i < windows; i++) {
      window();
    }
    walls();
    ceiling();
    return floor();
  }

  private Rgb floor() {
    int id = room.thing("03365592", "floor", Thing.Kind.LAYOUT_OBJECT);
    boolean wet = room.type == RoomType.BATHROOM || room.type == RoomType.KITCHEN;
    int seed = random.seed();
    Rgb color;
    Material material;
    double kind = random.between(0, 1);
    if (wet || kind < 0.15) {
      color = random.color(0xb8b0a4, 0x8f8a84, 0xa5724f, 0x77797c, 0xc9bfae);
      Rgb other = random.chance(0.35) ? color.times(0.55) : color;
      double size = random.between(0.2, 0.45);
      material = Material.glossy(Textures.tiles(color, other, color.times(0.5), size, seed), 0.06);
    } else if (kind < 0.7) {
      color = random.color(0x9a6a3c, 0xb98b57, 0x6e4527, 0xa77b4e, 0x85603d);
      material = Material.glossy(Textures.planks(color, random.between(0.09, 0.16), seed), 0.04);
    } else {
      color = random.color(0x7d6a55, 0x8c7b6a, 0x5f6b66, 0x6b5560, 0x8a7350);
      material = Material.matt(Textures.cloth(color, 0.008, seed));
    }
    boolean turned = random.chance(0.5);
    Spot middle = Spot.at(room.width / 2, -THICKNESS, room.depth / 2, turned ? 90 : 0);
    double w = room.width + 2 * THICKNESS;
    double d = room.depth + 2 * THICKNESS;
    room.box(middle, 0, 0, 0, turned ? d : w, THICKNESS, turned ? w : d, id, material);
    return color;
  }

  private void ceiling() {
    int id = room.thing("02990373", "ceiling", Thing.Kind.LAYOUT_OBJECT);
    Rgb color = random.color(0xe8e6e1, 0xf0ece2, 0xdedfdd);
    Spot middle = Spot.at(room.width / 2, room.height, room.depth / 2, 0);
    double w = room.width + 2 * THICKNESS;
    double d = room.depth + 2 * THICKNESS;
    Material plaster = Material.matt(Textures.plaster(color, random.seed()));
    room.box(middle, 0, 0, 0, w, THICKNESS, d, id, plaster);
    if (random.chance(0.2)) {
      Material wood =
          Material.matt(Textures.wood(random.color(0x5a3d28, 0x7b5a3c), true, random.seed()));
      int beams = room.object("02815950", "beam");
      int count = random.count(2, 4);
      for (int i = 0; i < count; i++) {
        double z = room.depth * ((i + 0.5) / count - 0.5);
        room.box(middle, 0, -0.14, z, room.width, 0.139, 0.12, beams, wood);
      }
    }
    // A moulding where walls and ceiling meet.
    if (random.chance(0.5)) {
      for (int wall = 0; wall < 4; wall++) {
        double length = room.wallLength(wall);
        Spot spot = room.wall(wall, length / 2);
        room.box(spot, 0, room.height - 0.07, 0.02, length, 0.08, 0.04, id, plaster);
      }
    }
  }

  private void walls() {
    int seed = random.seed();
    Rgb color =
        room.type == RoomType.BATHROOM
            ? random.color(0xd8dde0, 0xc5d5d2, 0xe2dccd)
            : random.color(
                0xd9cfb8, 0xc9d3d6, 0xd8c3b2, 0xbfcab2, 0xe3ddcf, 0xb9c4cf, 0xd6d0c8, 0xc7b299);
    double kind = random.between(0, 1);
    Texture texture;
    if (room.type == RoomType.BATHROOM || (room.type == RoomType.KITCHEN && kind < 0.3)) {
      texture = Textures.tiles(color, color, Rgb.of(0xe8e8e8), random.between(0.12, 0.2), seed);
    } else if (kind < 0.15) {
      texture = Textures.stripes(color, color.times(0.82), random.between(0.08, 0.25), 0.5, seed);
    } else if (kind < 0.3) {
      texture = Textures.ornament(color, color.times(0.75), random.between(0.15, 0.3), seed);
    } else {
      texture = Textures.plaster(color, seed);
    }
    Material material = Material.matt(texture);
    Material accent =
        random.chance(0.25)
            ? Material.matt(
                Textures.plaster(random.color(0x8a9a8b, 0x7f8fa3, 0xa66f5c, 0x94866f), seed + 1))
            : material;
    int accentWall = random.count(0, 3);
    Material board =
        Material.matt(
            Textures.wood(random.color(0xe9e5dc, 0xe9e5dc, 0x6e4a2c), true, random.seed()));
    for (int wall = 0; wall < 4; wall++) {
      int id = room.thing("04546855", "wall", Thing.Kind.LAYOUT_OBJECT);
      build(wall, id, wall == accentWall ? accent : material);
      double length = room.wallLength(wall);
      room.box(room.wall(wall, length / 2), 0, 0, 0.007, length, 0.09, 0.014, id, board);
    }
  }

  /** A wall around its openings. */
  private void build(int wall, int id, Material material) {
    List<Opening> here =
        openings.stream()
            .filter(o -> o.wall == wall)
            .sorted(Comparator.comparingDouble(Opening::along))
            .toList();
    double length = room.wallLength(wall);
    double from = -THICKNESS;
    for (Opening o : here) {
      double left = o.along - o.width / 2;
      piece(wall, id, material, from, left, 0, room.height);
      piece(wall, id, material, left, left + o.width, 0, o.low);
      piece(wall, id, material, left, left + o.width, o.high, room.height);
      from = left + o.width;
    }
    piece(wall, id, material, from, length + THICKNESS, 0, room.height);
  }

  private void piece(
      int wall, int id, Material material, double from, double to, double low, double high) {
    Spot spot = room.wall(wall, (from + to) / 2);
    room.box(spot, 0, low, -THICKNESS / 2, to - from, high - low, THICKNESS, id, material);
  }

  private void door() {
    double width = random.between(0.8, 0.95);
    double high = 2.02;
    Optional<RoomBuilder.WallSpot> place = room.onWall(width + 0.16, 0, high + 0.08, 0.05);
    if (place.isEmpty()) {
      return;
    }
    Spot at = place.get().spot();
    room.takeFloor(at.move(0, 0, 0.4), width, 0.75);
    int frame = room.thing("03222722", "doorframe", Thing.Kind.LAYOUT_OBJECT);
    int leaf = room.thing("03221720", "door", Thing.Kind.LAYOUT_OBJECT);
    boolean wooden = random.chance(0.55);
    Rgb color = wooden ? random.color(0x8a5a34, 0x6b4226, 0xa9793f) : random.color(0xe6e2d8);
    Material wood = Material.glossy(Textures.wood(color, false, random.seed()), 0.02);
    Material dark = Material.glossy(Textures.wood(color.times(0.8), false, random.seed()), 0.02);
    room.box(at, -width / 2 - 0.04, 0, 0.02, 0.08, high + 0.08, 0.05, frame, dark);
    room.box(at, width / 2 + 0.04, 0, 0.02, 0.08, high + 0.08, 0.05, frame, dark);
    room.box(at, 0, high, 0.02, width, 0.08, 0.05, frame, dark);
    room.box(at, 0, 0, 0.01, width, high, 0.03, leaf, wood);
    int columns = random.count(1, 2);
    double panel = (width - 0.12 * (columns + 1)) / columns;
    for (int c = 0; c < columns; c++) {
      double x = (c - (columns - 1) / 2.0) * (panel + 0.12);
      room.box(at, x, 0.2, 0.03, panel, 0.65, 0.014, leaf, dark);
      room.box(at, x, 1.05, 0.03, panel, 0.8, 0.014, leaf, dark);
    }
    Material metal = Material.glossy(Textures.plain(Rgb.of(0xb5a36a), 0, 0), 0.25);
    room.ball(at, width / 2 - 0.08, 1.0, 0.07, 0.028, 0.028, 0.03, leaf, metal);
    room.glance(at, 0, 1.2, 0);
  }

  private void window() {
    double width = random.between(1.0, 2.0);
    double low = room.type == RoomType.BATHROOM ? 1.3 : random.between(0.75, 1.0);
    double high = Math.min(room.height - 0.25, low + random.between(1.1, 1.4));
    Optional<RoomBuilder.WallSpot> place = room.onWall(width + 0.3, low - 0.1, high + 0.15, 0.15);
    if (place.isEmpty()) {
      return;
    }
    RoomBuilder.WallSpot spot = place.get();
    openings.add(new Opening(spot.wall(), spot.along(), width, low, high));
    Spot at = spot.spot();
    int frame = room.thing("04589593", "window_frame", Thing.Kind.LAYOUT_OBJECT);
    int pane = room.thing("03881893", "pane", Thing.Kind.LAYOUT_OBJECT);
    Material paint =
        Material.glossy(
            Textures.wood(random.color(0xeeeae2, 0xeeeae2, 0x8a6038), true, random.seed()), 0.03);
    double tall = high - low;
    double bar = 0.055;
    double inset = -0.09;
    room.box(at, -width / 2 + bar / 2, low, inset, bar, tall, 0.07, frame, paint);
    room.box(at, width / 2 - bar / 2, low, inset, bar, tall, 0.07, frame, paint);
    room.box(at, 0, low, inset, width, bar, 0.07, frame, paint);
    room.box(at, 0, high - bar, inset, width, bar, 0.07, frame, paint);
    int leaves = width > 1.3 ? random.count(2, 3) : random.count(1, 2);
    for (int i = 1; i < leaves; i++) {
      double x = width * ((double) i / leaves - 0.5);
      room.box(at, x, low, inset, bar, tall, 0.07, frame, paint);
    }
    if (random.chance(0.4)) {
      room.box(at, 0, low + tall * 0.62, inset, width, 0.04, 0.06, frame, paint);
    }
    int sill = room.thing("04590263", "windowsill", Thing.Kind.LAYOUT_OBJECT);
    room.box(at, 0, low - 0.04, -0.02, width + 0.12, 0.04, 0.14, sill, paint);

    double day = random.between(0.7, 1.1);
    Rgb sky = random.color(0x9dc4ee, 0xb9d3ee, 0xd5dde6, 0xf0d9b8);
    Texture view = Textures.outside(sky, random.color(0x4f7a35, 0x6b7a3c, 0x7c7466), random.seed());
    Material glass = Material.shining(view, 1.5 * day);
    double leaf = width / leaves;
    for (int i = 0; i < leaves; i++) {
      // A leaf that stands open shows nothing at all: the camera measures no depth there.
      if (!random.chance(0.12)) {
        double x = width * ((i + 0.5) / leaves - 0.5);
        room.box(at, x, low, inset - 0.012, leaf, tall, 0.012, pane, glass);
      }
    }
    Rgb power = sky.mix(new Rgb(1, 1, 1), 0.6).times(2.4 * day * width * tall);
    Spot portal = at.move(0, (low + high) / 2, 0.06);
    room.light(new Light(pane, portal, width / 2, tall / 2, power, true));
    room.glance(at, 0, (low + high) / 2, 0);
    if (random.chance(0.55)) {
      curtains(at, width, high);
    } else if (random.chance(0.4)) {
      blind(at, width, low, high);
    }
  }

  private void curtains(Spot at, double width, double high) {
    int id = room.object("03151077", "curtain");
    Rgb color = random.color(0xb04a3a, 0x4f6d8f, 0xc9b58b, 0x5f7f5c, 0xd8d2c4, 0x7b4a6b, 0xd49a3a);
    Material cloth = Material.matt(Textures.cloth(color, 0.006, random.seed()));
    double low = random.chance(0.6) ? 0.05 : 0.6;
    int folds = random.count(4, 7);
    for (int side = -1; side <= 1; side += 2) {
      for (int i = 0; i < folds; i++) {
        double x = side * (width / 2 + 0.12 - i * 0.065);
        double r = 0.036 + 0.006 * (i % 2);
        room.frustum(at, x, low, 0.09 + 0.012 * (i % 2), r, r * 0.85, high + 0.1 - low, id, cloth);
      }
    }
    Material metal = Material.glossy(Textures.plain(Rgb.of(0x8d8478), 0, 0), 0.2);
    room.box(at, 0, high + 0.1, 0.09, width + 0.34, 0.025, 0.025, id, metal);
  }

  private void blind(Spot at, double width, double low, double high) {
    int id = room.object("02851099", "blind");
    Material slat =
        Material.matt(
            Textures.plain(random.color(0xe7e2d5, 0xcfc3a8, 0xa9b3bb), 0.05, random.seed()));
    double reach = random.between(0.25, 0.75) * (high - low);
    for (double y = high; y > high - reach; y -= 0.045) {
      room.box(at, 0, y, -0.03, width - 0.02, 0.022, 0.035, id, slat);
    }
  }
}
