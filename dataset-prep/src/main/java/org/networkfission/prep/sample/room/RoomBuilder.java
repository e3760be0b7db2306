package org.networkfission.prep.sample.room;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.networkfission.prep.sample.geometry.Box;
import org.networkfission.prep.sample.geometry.Bvh;
import org.networkfission.prep.sample.geometry.Ellipsoid;
import org.networkfission.prep.sample.geometry.Frustum;
import org.networkfission.prep.sample.geometry.Material;
import org.networkfission.prep.sample.geometry.Rgb;
import org.networkfission.prep.sample.geometry.SeededRandom;
import org.networkfission.prep.sample.geometry.Solid;
import org.networkfission.prep.sample.geometry.Spot;

/** A room in the making: what stands in it, and where there is still space. */
final class RoomBuilder {
  private static final int TRIES = 60;
  private static final int OFTEN = 4;

  /** How far things stand from walls and from each other. */
  private static final double GAP = 0.03;

  final SeededRandom random;
  final RoomType type;
  final double width;
  final double height;
  final double depth;
  private final List<Solid> solids = new ArrayList<>();
  private final List<Thing> things = new ArrayList<>();
  private final List<Light> lights = new ArrayList<>();
  private final List<Spot> points = new ArrayList<>();
  private final List<Area> floor = new ArrayList<>();
  private final List<List<Area>> walls =
      List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());

  /** A rectangle that is taken: on the floor (x, z), or on a wall (along, up). */
  record Area(double left, double low, double right, double high) {
    boolean overlaps(Area o) {
      return left < o.right && o.left < right && low < o.high && o.low < high;
    }
  }

  /** A place at a wall, facing into the room. */
  record WallSpot(int wall, double along, Spot spot) {}

  RoomBuilder(RoomType type, double width, double height, double depth, SeededRandom random) {
    this.type = type;
    this.width = width;
    this.height = height;
    this.depth = depth;
    this.random = random;
  }

  int thing(String wordnetId, String english, Thing.Kind kind) {
    things.add(new Thing(things.size() + 1, wordnetId, english, kind));
    return things.size();
  }

  int object(String wordnetId, String english) {
    return thing(wordnetId, english, Thing.Kind.RANDOM_OBJECT);
  }

  /** A cuboid; {@code up} is the height of its underside over the spot. */
  void box(
      Spot at,
      double right,
      double up,
      double front,
      double width,
      double height,
      double depth,
      int thing,
      Material material) {
    solids.add(
        new Box(
            at.move(right, up + height / 2, front),
            thing,
            material,
            width / 2,
            height / 2,
            depth / 2));
  }

  /** An upright cylinder or cone; {@code up} is the height of its underside over the spot. */
  void frustum(
      Spot at,
      double right,
      double up,
      double front,
      double bottom,
      double top,
      double height,
      int thing,
      Material material) {
    solids.add(
        new Frustum(
            at.move(right, up + height / 2, front), thing, material, bottom, top, height / 2));
  }

  /** An ellipsoid; {@code up} is the height of its middle over the spot. */
  void ball(
      Spot at,
      double right,
      double up,
      double front,
      double rx,
      double ry,
      double rz,
      int thing,
      Material material) {
    solids.add(new Ellipsoid(at.move(right, up, front), thing, material, rx, ry, rz));
  }

  void light(Light light) {
    lights.add(light);
  }

  /** Notes something to look at now and then. */
  void glance(Spot at, double right, double up, double front) {
    points.add(at.move(right, up, front));
  }

  /** Notes something worth looking at often: a large piece, of which a room has one or two. */
  void point(Spot at, double right, double up, double front) {
    points.addAll(Collections.nCopies(OFTEN, at.move(right, up, front)));
  }

  double wallLength(int wall) {
    return wall % 2 == 0 ? width : depth;
  }

  /** The place at a wall, so far along it seen from its left end as one faces out of the wall. */
  Spot wall(int wall, double along) {
    return switch (wall) {
      case 0 -> new Spot(along, 0, 0, 1, 0);
      case 1 -> new Spot(width, 0, along, 0, -1);
      case 2 -> new Spot(width - along, 0, depth, -1, 0);
      default -> new Spot(0, 0, depth - along, 0, 1);
    };
  }

  /** Takes a part of a wall, if nothing is there yet. */
  Optional<WallSpot> onWall(double width, double low, double high, double margin) {
    for (int i = 0; i < TRIES; i++) {
      int wall = random.count(0, 3);
      double length = wallLength(wall);
      if (length < width + 2 * margin) {
        continue;
      }
      double along = random.between(width / 2 + margin, length - width / 2 - margin);
      Area area = new Area(along - width / 2 - GAP, low, along + width / 2 + GAP, high);
      if (walls.get(wall).stream().noneMatch(area::overlaps)) {
        walls.get(wall).add(area);
        return Optional.of(new WallSpot(wall, along, wall(wall, along)));
      }
    }
    return Optional.empty();
  }

  /**
   * Takes a place on the floor at a wall, with its back to the wall.
   *
   * @param clear how much floor before it stays free, too
   */
  Optional<Spot> atWall(double width, double depth, double height, double clear) {
    for (int i = 0; i < TRIES; i++) {
      int wall = random.count(0, 3);
      double length = wallLength(wall);
      if (length < width + 2 * GAP) {
        continue;
      }
      // Corners are where furniture likes to stand.
      double along =
          random.chance(0.4)
              ? (random.chance(0.5) ? width / 2 + GAP : length - width / 2 - GAP)
              : random.between(width / 2 + GAP, length - width / 2 - GAP);
      Area onWall = new Area(along - width / 2 - GAP, 0, along + width / 2 + GAP, height);
      Spot spot = wall(wall, along);
      Area onFloor = footprint(spot.move(0, 0, (depth + clear) / 2), width, depth + clear);
      if (walls.get(wall).stream().noneMatch(onWall::overlaps)
          && floor.stream().noneMatch(onFloor::overlaps)) {
        walls.get(wall).add(onWall);
        floor.add(footprint(spot.move(0, 0, depth / 2), width, depth));
        return Optional.of(spot.move(0, 0, GAP / 2));
      }
    }
    return Optional.empty();
  }

  /** Takes a place anywhere on the floor; the spot is its middle. */
  Optional<Spot> onFloor(double width, double depth, double margin) {
    for (int i = 0; i < TRIES; i++) {
      double reach = Math.max(width, depth) / 2 + margin;
      if (this.width < 2 * reach || this.depth < 2 * reach) {
        return Optional.empty();
      }
      Spot spot =
          Spot.at(
              random.between(reach, this.width - reach),
              0,
              random.between(reach, this.depth - reach),
              random.chance(0.6) ? 90 * random.count(0, 3) : random.between(0, 360));
      if (takeFloor(spot, width, depth)) {
        return Optional.of(spot);
      }
    }
    return Optional.empty();
  }

  /** Takes the floor around a spot, if it is free and inside the room. */
  boolean takeFloor(Spot middle, double width, double depth) {
    Area area = footprint(middle, width, depth);
    if (area.left < 0 || area.low < 0 || area.right > this.width || area.high > this.depth) {
      return false;
    }
    if (floor.stream().anyMatch(area::overlaps)) {
      return false;
    }
    floor.add(area);
    return true;
  }

  private static Area footprint(Spot middle, double width, double depth) {
    double c = Math.abs(middle.cos());
    double s = Math.abs(middle.sin());
    double x = (c * width + s * depth) / 2 + GAP;
    double z = (s * width + c * depth) / 2 + GAP;
    return new Area(middle.x() - x, middle.z() - z, middle.x() + x, middle.z() + z);
  }

  Room build(Rgb floorTint) {
    double surface = 2 * (width * depth + width * height + depth * height);
    Rgb flux = new Rgb(0, 0, 0);
    for (Light light : lights) {
      flux = flux.plus(light.flux());
    }
    // Light that was reflected at least once, where half of it is at each surface.
    Rgb ambient = flux.times(1 / surface);
    return new Room(
        type,
        width,
        height,
        depth,
        new Bvh(solids),
        List.copyOf(things),
        List.copyOf(lights),
        List.copyOf(points),
        ambient,
        floorTint);
  }
}
