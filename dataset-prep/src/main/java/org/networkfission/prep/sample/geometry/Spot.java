package org.networkfission.prep.sample.geometry;

/**
 * A place in the room with a direction: what is built there has x to its right, y up and z to its
 * front.
 *
 * @param cos of the turn about y
 * @param sin of the turn about y
 */
public record Spot(double x, double y, double z, double cos, double sin) {
  /** A place turned so that its front, z, points to (sin, cos) of the angle in degrees. */
  public static Spot at(double x, double y, double z, double degrees) {
    double angle = StrictMath.toRadians(degrees);
    return new Spot(x, y, z, StrictMath.cos(angle), StrictMath.sin(angle));
  }

  /** A place given from here, in this place's directions. */
  public Spot move(double right, double up, double front) {
    return new Spot(x + cos * right + sin * front, y + up, z - sin * right + cos * front, cos, sin);
  }

  /** The same place, turned further. */
  public Spot turn(double degrees) {
    double angle = StrictMath.toRadians(degrees);
    double c = StrictMath.cos(angle);
    double s = StrictMath.sin(angle);
    return new Spot(x, y, z, cos * c - sin * s, sin * c + cos * s);
  }
}
