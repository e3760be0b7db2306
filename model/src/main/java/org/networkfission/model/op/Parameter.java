package org.networkfission.model.op;

import java.util.List;
import org.networkfission.model.network.ParameterRange.Kind;

/**
 * A tensor that an operation owns.
 *
 * @param name unique within a network, e.g. {@code enc.b1.0.c2.conv.weight}
 * @param fanIn inputs that one output sums over, for a weight's initialisation; else 0
 */
public record Parameter(String name, List<Integer> shape, Kind kind, int fanIn) {
  /**
   * A kernel of a convolution.
   *
   * @param inputs channels that one output sums over
   * @param first of the shape [first, second, height, width]
   */
  static Parameter kernel(String name, int inputs, int first, int second, int height, int width) {
    return new Parameter(
        name, List.of(first, second, height, width), Kind.WEIGHT, inputs * height * width);
  }

  /** A number per channel. */
  static Parameter vector(String name, int channels, Kind kind) {
    return new Parameter(name, List.of(channels), kind, 0);
  }

  /** Number of elements. */
  public int length() {
    return shape.stream().mapToInt(Integer::intValue).reduce(1, Math::multiplyExact);
  }

  /** The shape as ND4J takes it. */
  public long[] longShape() {
    return shape.stream().mapToLong(Integer::longValue).toArray();
  }
}
