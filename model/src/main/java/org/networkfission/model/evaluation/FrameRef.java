package org.networkfission.model.evaluation;

import java.io.Serializable;

/**
 * A frame of a data set.
 *
 * @param key the frame's key
 * @param row its place among the rows of the split, or of the sample that is evaluated
 * @param rowGroup where it can be read again: the position of its row group within the split
 */
public record FrameRef(String key, long row, int rowGroup) implements Serializable {}
