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
  /** Number of elements. */
  public int length() {
    return shape.stream().mapToInt(Integer::intValue).reduce(1, Math::multiplyExact);
  }

  /** The shape as ND4J takes it. */
  public long[] longShape() {
    return shape.stream().mapToLong(Integer::longValue).toArray();
  }
}
