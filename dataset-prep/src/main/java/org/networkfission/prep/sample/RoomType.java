package org.networkfission.prep.sample;

/** The kinds of room, as SceneNet RGB-D numbers them. */
enum RoomType {
  BATHROOM(1),
  BEDROOM(2),
  KITCHEN(3),
  LIVING_ROOM(4),
  OFFICE(5);

  private final int number;

  RoomType(int number) {
    this.number = number;
  }

  int number() {
    return number;
  }
}
