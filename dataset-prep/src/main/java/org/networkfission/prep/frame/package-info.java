/**
 * What a camera saw: {@link org.networkfission.prep.frame.Frame} and its aligned images.
 *
 * <p>Axes: x right, y up, z forward. Pixel centres lie at integer coordinates: pixel (u, v) sees
 * the ray ((u - cx) / fx, (cy - v) / fy, 1).
 */
package org.networkfission.prep.frame;
