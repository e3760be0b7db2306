package org.networkfission.model.op;

import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * What flows between operations: [batch, channels, height, width], the batch left open.
 *
 * @param name unique within a network
 * @param type of its numbers
 */
public record FeatureMap(String name, int channels, int height, int width, DataType type) {
  /** A feature map as a file holds it. */
  @JsonCreator
  public FeatureMap(
      @JsonProperty("name") String name,
      @JsonProperty("channels") int channels,
      @JsonProperty("height") int height,
      @JsonProperty("width") int width,
      @JsonProperty("type") DataType type) {
    this.name = name;
    this.channels = channels;
    this.height = height;
    this.width = width;
    this.type = type == null ? DataType.FLOAT32 : type;
  }

  /** A feature map of 32-bit floats. */
  public FeatureMap(String name, int channels, int height, int width) {
    this(name, channels, height, width, DataType.FLOAT32);
  }

  /** Another of the same size and type. */
  public FeatureMap named(String other) {
    return new FeatureMap(other, channels, height, width, type);
  }

  /** Another of the same type. */
  public FeatureMap sized(String other, int otherChannels, int otherHeight, int otherWidth) {
    return new FeatureMap(other, otherChannels, otherHeight, otherWidth, type);
  }

  /** The same in another type. */
  public FeatureMap as(DataType other) {
    return new FeatureMap(name, channels, height, width, other);
  }

  /** How many features an image has. */
  public long features() {
    return (long) channels * height * width;
  }
}
