package org.networkfission.model.evaluation;

import java.io.Serializable;

/**
 * How well a frame was predicted.
 *
 * @param score its own value of the task's first metric
 */
public record ScoredFrame(FrameRef frame, double score) implements Serializable {}
