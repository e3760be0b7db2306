package org.networkfission.prep.sample.room;

/**
 * A thing in a room that has an instance id of its own.
 *
 * @param id 1 and up
 * @param wordnetId of its kind, 8 digits
 * @param english its kind in words
 * @param kind what SceneNet RGB-D calls its instance type
 */
public record Thing(int id, String wordnetId, String english, Kind kind) {
  /** SceneNet's instance types. */
  public enum Kind {
    LAYOUT_OBJECT(2),
    LIGHT_OBJECT(3),
    RANDOM_OBJECT(4);

    private final int number;

    Kind(int number) {
      this.number = number;
    }

    public int number() {
      return number;
    }
  }
}
