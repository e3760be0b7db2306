package org.networkfission.prep.sample.room;

import org.networkfission.prep.sample.geometry.Material;
import org.networkfission.prep.sample.geometry.Rgb;
import org.networkfission.prep.sample.geometry.SeededRandom;
import org.networkfission.prep.sample.geometry.Spot;
import org.networkfission.prep.sample.geometry.Texture;
import org.networkfission.prep.sample.geometry.Textures;

/** Furnishes rooms of each type. */
public final class Furnishing {
  private final RoomBuilder room;
  private final SeededRandom random;
  private final Smalls smalls;
  private final Storage storage;
  private final Seats seats;
  private final Tables tables;
  private final Beds beds;
  private final Bath bath;

  private Furnishing(RoomBuilder room) {
    this.room = room;
    this.random = room.random.split();
    smalls = new Smalls(room);
    storage = new Storage(room, smalls);
    seats = new Seats(room);
    tables = new Tables(room, seats, smalls);
    beds = new Beds(room, storage, smalls);
    bath = new Bath(room, smalls);
  }

  /** A room that follows from a seed. */
  public static Room room(RoomType type, long seed) {
    SeededRandom random = new SeededRandom(seed);
    boolean small = type == RoomType.BATHROOM;
    double width = small ? random.between(2.6, 3.6) : random.between(3.6, 6.0);
    double depth = small ? random.between(2.6, 3.6) : random.between(3.6, 6.0);
    RoomBuilder room = new RoomBuilder(type, width, random.between(2.4, 2.9), depth, random);
    Rgb floor = new Shell(room).build();
    new Furnishing(room).furnish();
    return room.build(floor);
  }

  private void furnish() {
    switch (room.type) {
      case BATHROOM -> bathroom();
      case BEDROOM -> bedroom();
      case KITCHEN -> kitchen();
      case LIVING_ROOM -> livingRoom();
      case OFFICE -> office();
    }
    decorate();
  }

  private void bathroom() {
    room.atWall(1.7, 0.75, 0.6, 0.2).ifPresent(at -> bath.tub(at, 1.68));
    room.atWall(0.8, 0.5, 2.0, 0.3).ifPresent(at -> bath.washstand(at, 0.76));
    room.atWall(0.5, 0.6, 0.85, 0.2).ifPresent(bath::toilet);
    if (random.chance(0.6)) {
      room.atWall(0.62, 0.62, 0.9, 0.2).ifPresent(bath::washer);
    }
    if (random.chance(0.5)) {
      room.atWall(0.5, 0.4, 1.2, 0).ifPresent(at -> storage.chest(at, 0.48, 1.1, 0.36));
    }
    room.onWall(0.65, 0.9, 1.6, 0.1).ifPresent(at -> bath.towel(at.spot(), 0.95));
  }

  private void bedroom() {
    double width = random.between(1.0, 1.7);
    boolean beside = random.chance(0.6);
    room.atWall(width + (beside ? 1.0 : 0.1), 2.1, 1.2, 0.1)
        .ifPresent(
            at -> {
              beds.bed(at, width);
              if (beside) {
                beds.nightstand(at.move(width / 2 + 0.26, 0, 0));
                beds.nightstand(at.move(-width / 2 - 0.26, 0, 0));
              }
            });
    wardrobe();
    sofa(0.35);
    if (random.chance(0.7)) {
      room.atWall(1.0, 0.45, 0.9, 0.2)
          .ifPresent(
              at -> {
                storage.chest(at, 0.96, 0.8, 0.42);
                if (random.chance(0.4)) {
                  smalls.screen(at.move(0, 0.8, 0.2), 0.75, "television");
                } else {
                  smalls.vaseOrBowl(at.move(0.2, 0.8, 0.2));
                }
              });
    }
    bookshelf(0.7);
    desk(0.5);
    easyChair(0.5);
    rug(0.6);
  }

  private void kitchen() {
    double width = random.between(1.8, 2.6);
    room.atWall(width, 0.65, 2.15, 0.3).ifPresent(at -> storage.kitchenUnits(at, width - 0.02));
    room.atWall(0.64, 0.65, 1.85, 0.2).ifPresent(storage::fridge);
    diningTable();
    sofa(0.3);
    if (random.chance(0.5)) {
      room.atWall(1.0, 0.45, 0.95, 0.2).ifPresent(at -> storage.chest(at, 0.96, 0.9, 0.42));
    }
    bookshelf(0.5);
    television(0.5);
  }

  private void livingRoom() {
    if (random.chance(0.35)) {
      room.atWall(1.1, 2.1, 1.2, 0.1).ifPresent(at -> beds.bed(at, 1.0));
    }
    double width = random.between(1.6, 2.3);
    room.atWall(width, Seats.sofaDepth(), 0.9, 0.9)
        .ifPresent(
            at -> {
              seats.sofa(at, width - 0.03);
              double out = Seats.sofaDepth() + 0.65;
              if (room.takeFloor(at.move(0, 0, out), 1.05, 0.6)) {
                tables.coffee(at.move(0, 0, out), 1.0, 0.55);
              }
            });
    television(0.95);
    bookshelf(0.9);
    easyChair(0.6);
    if (random.chance(0.4)) {
      diningTable();
    }
    bookshelf(0.4);
    rug(0.6);
  }

  private void office() {
    desk(1);
    desk(0.6);
    bookshelf(1);
    bookshelf(0.6);
    if (random.chance(0.6)) {
      room.atWall(0.9, 0.45, 1.2, 0.2).ifPresent(at -> storage.chest(at, 0.86, 1.15, 0.42));
    }
    if (random.chance(0.4)) {
      double width = random.between(1.5, 1.9);
      room.atWall(width, Seats.sofaDepth(), 0.9, 0.2).ifPresent(at -> seats.sofa(at, width - 0.03));
    }
    if (random.chance(0.5)) {
      diningTable();
    }
    television(0.3);
  }

  private void sofa(double probability) {
    if (random.chance(probability)) {
      double width = random.between(1.5, 1.9);
      room.atWall(width, Seats.sofaDepth(), 0.9, 0.2).ifPresent(at -> seats.sofa(at, width - 0.03));
    }
  }

  private void wardrobe() {
    double width = random.between(1.0, 1.8);
    double height = random.between(1.9, 2.15);
    room.atWall(width, 0.65, height + 0.05, 0.2)
        .ifPresent(at -> storage.wardrobe(at, width - 0.05, height));
  }

  private void bookshelf(double probability) {
    if (random.chance(probability)) {
      double width = random.between(0.7, 1.3);
      double height = random.between(1.1, 2.1);
      room.atWall(width, 0.33, height, 0.3)
          .ifPresent(at -> storage.bookshelf(at, width - 0.02, height));
    }
  }

  private void desk(double probability) {
    if (random.chance(probability)) {
      double width = random.between(1.1, 1.5);
      room.atWall(width, 1.3, 1.3, 0).ifPresent(at -> tables.desk(at, width - 0.04, 0.65));
    }
  }

  private void television(double probability) {
    if (!random.chance(probability)) {
      return;
    }
    if (random.chance(0.3)) {
      double width = random.between(0.9, 1.3);
      room.onWall(width, 1.0, 1.8, 0.2).ifPresent(at -> smalls.wallScreen(at.spot(), width, 1.05));
    } else {
      double width = random.between(1.1, 1.6);
      room.atWall(width, 0.45, 1.3, 0.3).ifPresent(at -> storage.televisionStand(at, width - 0.04));
    }
  }

  private void diningTable() {
    double width = random.between(1.1, 1.6);
    double depth = random.between(0.75, 0.9);
    room.onFloor(width + 0.1, depth + 0.9, 0.3).ifPresent(at -> tables.dining(at, width, depth));
  }

  private void easyChair(double probability) {
    if (random.chance(probability)) {
      room.onFloor(0.95, 0.95, 0.25)
          .ifPresent(at -> seats.easyChair(at.move(0, 0, -Seats.sofaDepth() / 2)));
    }
  }

  private void rug(double probability) {
    if (!random.chance(probability)) {
      return;
    }
    int id = room.object("04118021", "rug");
    Rgb color = random.color(0x8a3a32, 0x3f5a7a, 0xb59a6a, 0x5a6a4a, 0x7a5a7a);
    Texture texture =
        random.chance(0.5)
            ? Textures.ornament(color, color.times(1.6), random.between(0.2, 0.4), random.seed())
            : Textures.plaid(
                color,
                random.color(0xd9cdb0),
                color.times(0.5),
                random.between(0.2, 0.5),
                random.seed());
    Material cloth = Material.matt(texture);
    double w = room.width * random.between(0.35, 0.5);
    double d = room.depth * random.between(0.35, 0.5);
    Spot at = Spot.at(room.width / 2, 0, room.depth / 2, 0);
    if (random.chance(0.3)) {
      double r = Math.min(w, d) / 2;
      room.frustum(at, 0, 0, 0, r, r, 0.008, id, cloth);
    } else {
      room.box(at, 0, 0, 0, w, 0.008, d, id, cloth);
    }
  }

  private void decorate() {
    int pictures = random.count(1, 4);
    for (int i = 0; i < pictures; i++) {
      double width = random.between(0.35, 1.0);
      double height = random.between(0.35, 0.75);
      double low = random.between(1.25, 1.5);
      room.onWall(width, low, low + height, 0.1)
          .ifPresent(at -> smalls.picture(at.spot(), width, height, low));
    }
    if (random.chance(0.7)) {
      room.onFloor(0.5, 0.5, 0.2).ifPresent(smalls::plant);
    }
    if (random.chance(0.5)) {
      room.atWall(0.42, 0.42, 1.6, 0).ifPresent(at -> smalls.floorLamp(at.move(0, 0, 0.2)));
    }
    if (random.chance(0.6)) {
      room.atWall(0.32, 0.32, 0.35, 0).ifPresent(at -> smalls.bin(at.move(0, 0, 0.16)));
    }
    if (random.chance(0.6)) {
      room.onFloor(0.4, 0.4, 0.1).ifPresent(smalls::carton);
    }
    if (random.chance(0.35)) {
      room.onFloor(0.34, 0.34, 0.1).ifPresent(smalls::ballToy);
    }
    if (random.chance(0.6)) {
      room.onFloor(0.5, 0.5, 0.1)
          .ifPresent(at -> seats.chair(at, seats.chairWood(), seats.chairSeat()));
    }
    double w = room.width / 2 + random.between(-0.4, 0.4);
    double d = room.depth / 2 + random.between(-0.4, 0.4);
    smalls.ceilingLamp(Spot.at(w, room.height, d, 0));
  }
}
