package org.networkfission.model.export;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.networkfission.model.graph.FissionNetwork;
import org.networkfission.model.network.ParameterRange;

/** The tensors of a network apart from it. */
public final class Tensors {
  private Tensors() {}

  /** A network's tensors by name, row-major; running statistics are among them. */
  public static Map<String, float[]> byName(FissionNetwork network) {
    float[] all = network.engine().parameters().read();
    Map<String, float[]> tensors = new HashMap<>();
    for (ParameterRange range : network.ranges()) {
      tensors.put(
          range.name(), Arrays.copyOfRange(all, range.offset(), range.offset() + range.length()));
    }
    return tensors;
  }
}
