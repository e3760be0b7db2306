package org.networkfission.prep.sample.room;

import org.networkfission.prep.sample.geometry.Material;
import org.networkfission.prep.sample.geometry.Rgb;
import org.networkfission.prep.sample.geometry.SeededRandom;
import org.networkfission.prep.sample.geometry.Spot;
import org.networkfission.prep.sample.geometry.Textures;

/** Tables and desks, with what stands on them. */
final class Tables {
  private final RoomBuilder room;
  private final SeededRandom random;
  private final Seats seats;
  private final Smalls smalls;

  Tables(RoomBuilder room, Seats seats, Smalls smalls) {
    this.room = room;
    this.random = room.random.split();
    this.seats = seats;
    this.smalls = smalls;
  }

  private Material top() {
    if (random.chance(0.12)) {
      return Material.glossy(
          Textures.plain(random.color(0xe8e8e6, 0x26282b), 0.03, random.seed()), 0.06);
    }
    return Material.glossy(
        Textures.wood(random.color(0xa8703a, 0xc79a63, 0x7a4c2a, 0xb5814d), true, random.seed()),
        0.05);
  }

  /** A dining table around the spot, with chairs. */
  void dining(Spot at, double width, double depth) {
    int id = room.object("04379243", "table");
    Material wood = top();
    double h = 0.74;
    if (random.chance(0.25)) {
      double r = Math.min(width, depth) / 2 + 0.05;
      room.frustum(at, 0, h - 0.035, 0, r, r, 0.035, id, wood);
      room.frustum(at, 0, 0.04, 0, 0.06, 0.05, h - 0.07, id, wood);
      room.frustum(at, 0, 0, 0, 0.28, 0.2, 0.04, id, wood);
    } else {
      slab(at, width, depth, h, id, wood, random.chance(0.3));
    }
    Material chairWood = seats.chairWood();
    Material chairSeat = seats.chairSeat();
    int perSide = width > 1.3 ? 2 : 1;
    for (int side = -1; side <= 1; side += 2) {
      for (int i = 0; i < perSide; i++) {
        if (random.chance(0.85)) {
          double x = (i - (perSide - 1) / 2.0) * width / perSide;
          double out = depth / 2 + random.between(0.02, 0.22);
          Spot seat = at.move(x, 0, side * out).turn(side > 0 ? 180 : 0);
          seats.chair(seat.turn(random.between(-15, 15)), chairWood, chairSeat);
        }
      }
    }
    Spot surface = at.move(0, h, 0);
    if (random.chance(0.7)) {
      smalls.vaseOrBowl(surface);
    }
    if (random.chance(0.4)) {
      smalls.bookStack(surface.move(random.between(-0.3, 0.3), 0, random.between(-0.2, 0.2)));
    }
    if (random.chance(0.6)) {
      smalls.cup(surface.move(random.between(-0.4, 0.4), 0, 0.2));
    }
    room.point(at, 0, 0.6, 0);
  }

  /** A low table around the spot. */
  void coffee(Spot at, double width, double depth) {
    int id = room.object("03063968", "coffee_table");
    Material wood = top();
    slab(at, width, depth, 0.42, id, wood, random.chance(0.4));
    if (random.chance(0.5)) {
      room.box(at, 0, 0.14, 0, width - 0.1, 0.02, depth - 0.1, id, wood);
    }
    Spot surface = at.move(0, 0.42, 0);
    if (random.chance(0.7)) {
      smalls.bookStack(surface.move(width / 4, 0, 0));
    }
    if (random.chance(0.6)) {
      smalls.vaseOrBowl(surface.move(-width / 4, 0, 0));
    }
    room.point(at, 0, 0.4, 0);
  }

  /** A desk with its back at the spot: screen, keyboard, chair. */
  void desk(Spot at, double width, double depth) {
    int id = room.object("03179701", "desk");
    Material wood = top();
    double h = 0.73;
    Spot middle = at.move(0, 0, depth / 2);
    room.box(middle, 0, h - 0.035, 0, width, 0.035, depth, id, wood);
    room.box(middle, -width / 2 + 0.015, 0, 0, 0.03, h - 0.035, depth - 0.06, id, wood);
    if (random.chance(0.5)) {
      double w = 0.42;
      room.box(middle, width / 2 - w / 2, 0.04, 0, w, h - 0.075, depth - 0.06, id, wood);
      for (int i = 0; i < 3; i++) {
        double y = 0.07 + i * 0.2;
        room.box(middle, width / 2 - w / 2, y, depth / 2 - 0.03, w - 0.03, 0.185, 0.015, id, wood);
        Material metal = Material.glossy(Textures.plain(Rgb.of(0x9a9a9a), 0, 0), 0.2);
        room.ball(
            middle, width / 2 - w / 2, y + 0.1, depth / 2 - 0.015, 0.015, 0.015, 0.015, id, metal);
      }
    } else {
      room.box(middle, width / 2 - 0.015, 0, 0, 0.03, h - 0.035, depth - 0.06, id, wood);
    }
    room.box(middle, 0, 0.3, -depth / 2 + 0.02, width - 0.06, h - 0.34, 0.02, id, wood);
    Spot surface = at.move(0, h, 0);
    smalls.screen(
        surface.move(random.between(-0.2, 0.1), 0, 0.2), random.between(0.48, 0.64), "monitor");
    smalls.keyboard(surface.move(0, 0, depth * 0.68));
    if (random.chance(0.7)) {
      smalls.deskLamp(surface.move(-width / 2 + 0.15, 0, 0.18));
    }
    if (random.chance(0.8)) {
      smalls.bookRow(surface.move(width / 2 - 0.24, 0, 0.16), 0.3, 0.2, 0.26);
    }
    if (random.chance(0.5)) {
      smalls.cup(surface.move(width / 2 - 0.3, 0, depth * 0.6));
    }
    Spot chair = at.move(random.between(-0.15, 0.15), 0, depth + random.between(0.1, 0.3));
    seats.swivelChair(chair.turn(180 + random.between(-50, 50)));
    room.point(at, 0, 0.9, 0.3);
  }

  private void slab(
      Spot at, double width, double depth, double h, int id, Material wood, boolean roundLegs) {
    room.box(at, 0, h - 0.035, 0, width, 0.035, depth, id, wood);
    room.box(at, 0, h - 0.1, 0, width - 0.1, 0.065, depth - 0.1, id, wood);
    for (int x = -1; x <= 1; x += 2) {
      for (int z = -1; z <= 1; z += 2) {
        double right = x * (width / 2 - 0.05);
        double front = z * (depth / 2 - 0.05);
        if (roundLegs) {
          room.frustum(at, right, 0, front, 0.02, 0.035, h - 0.035, id, wood);
        } else {
          room.box(at, right, 0, front, 0.055, h - 0.035, 0.055, id, wood);
        }
      }
    }
  }
}
