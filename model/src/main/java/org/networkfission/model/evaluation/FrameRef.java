package org.networkfission.model.evaluation;

import java.io.Serializable;

/**
 * A frame of a data set.
 *
 * @param key the frame's key
 * @param rowGroup where it can be read again: the position of its row group within the split
 */
public record FrameRef(String key, int rowGroup) implements Serializable {}
