package org.networkfission.model.task;

/**
 * Inverse depth per pixel up to a scale and a shift, which {@link Alignment} finds.
 *
 * @param values width * height of them, row by row; larger is nearer
 */
public record DisparityMap(int width, int height, float[] values) {}
