package org.networkfission.prep.sample.room;

/** The kinds of room, as SceneNet RGB-D numbers them. */
public enum RoomType {
  BATHROOM(1),
  BEDROOM(2),
  KITCHEN(3),
  LIVING_ROOM(4),
  OFFICE(5);

  private final int number;

  RoomType(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }
}
