/**
 * Sample data: procedural indoor scenes, ray-cast with exact depth, labels and normals, written in
 * the published formats of the data sets. The same settings give the same bytes: all randomness
 * comes from the seed, and no result depends on the number of threads.
 *
 * <p>World axes: x right, y up, z towards the viewer, metres; a room's corner is the origin.
 */
package org.networkfission.prep.sample;
