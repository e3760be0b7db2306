package org.networkfission.jobs.train.checkpoint;

import java.io.Serializable;

/**
 * A data set that a run learned from, as it was then.
 *
 * @param dataset folder
 * @param manifest SHA-256 of its manifest, which lists the SHA-256 of every shard
 * @param classMap the name of its class map
 * @param normals how its normals were computed
 * @param images the size of its images
 */
public record LearnedData(
    String dataset, String manifest, String classMap, String normals, String images)
    implements Serializable {}
