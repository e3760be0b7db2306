package org.networkfission.prep.sample.room;

import java.util.List;
import org.networkfission.prep.sample.geometry.Bvh;
import org.networkfission.prep.sample.geometry.Rgb;
import org.networkfission.prep.sample.geometry.Spot;

/**
 * A furnished room, ready to be rendered.
 *
 * @param width its extent along x, in metres
 * @param height along y
 * @param depth along z
 * @param things all instances
 * @param points what is worth looking at
 * @param ambient the light that comes from everywhere
 * @param floorTint the colour that the floor throws up
 */
public record Room(
    RoomType type,
    double width,
    double height,
    double depth,
    Bvh solids,
    List<Thing> things,
    List<Light> lights,
    List<Spot> points,
    Rgb ambient,
    Rgb floorTint) {}
