package org.networkfission.prep.sample.room;

import org.networkfission.prep.sample.geometry.Rgb;
import org.networkfission.prep.sample.geometry.Spot;

/**
 * A light with an extent: a lamp that shines in all directions, or a window that shines to its
 * front.
 *
 * @param thing the instance it belongs to
 * @param centre its middle; a window's front points into the room
 * @param halfWidth half its extent to the right (and, for a lamp, to the front)
 * @param halfHeight half its extent up
 * @param power its radiant intensity straight ahead
 * @param window whether it is a window
 */
public record Light(
    int thing, Spot centre, double halfWidth, double halfHeight, Rgb power, boolean window) {
  /** What it sends out in all. */
  Rgb flux() {
    return power.times(window ? Math.PI : 4 * Math.PI);
  }
}
