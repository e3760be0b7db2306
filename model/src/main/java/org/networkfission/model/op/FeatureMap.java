package org.networkfission.model.op;

/**
 * What flows between operations: [batch, channels, height, width], the batch left open.
 *
 * @param name unique within a network
 */
public record FeatureMap(String name, int channels, int height, int width) {}
