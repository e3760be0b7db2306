package org.networkfission.prep.shard;

import java.io.Serializable;

/**
 * One row of a shard: a frame as training reads it. All arrays are width x height, row-major.
 * Depth, labels and normals are null where nothing is known of them.
 *
 * @param frameKey unique, e.g. {@code scannet/scene0000_00/000125}
 * @param dataset the data set's name
 * @param split {@code train}, {@code val} or {@code test}
 * @param unit the piece of work that the frame came from
 * @param fx focal length in columns; pixel centres at integer coordinates
 * @param fy focal length in rows
 * @param cx column of the principal point
 * @param cy row of the principal point
 * @param color JPEG (or the published PNG) bytes
 * @param depth uint16 little-endian, z-depth in mm, 0 = not measured; or null
 * @param labels uint8 class per pixel, 0 = void; or null
 * @param normals two planes of uint16 little-endian: octahedral coordinates, the invalid value
 *     reserved; or null
 * @param holeFraction share of pixels with no measured depth, 0 to 1; 1 where there is no depth
 * @param source file and, within an archive, offset or entry
 */
public record Example(
    String frameKey,
    String dataset,
    String split,
    String unit,
    int width,
    int height,
    float fx,
    float fy,
    float cx,
    float cy,
    byte[] color,
    byte[] depth,
    byte[] labels,
    byte[] normals,
    float holeFraction,
    String source)
    implements Serializable {}
