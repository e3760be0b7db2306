package org.networkfission.model.weights;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.networkfission.model.graph.FissionNetwork;
import org.networkfission.model.network.ParameterRange;

/** Tensors by name, from any source. */
public final class NamedTensors {
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();

  /**
   * One tensor.
   *
   * @param values row-major
   */
  record Tensor(long[] shape, float[] values) {}

  /** The parameters of a network under its own names. */
  public static NamedTensors of(FissionNetwork network) {
    NamedTensors all = new NamedTensors();
    for (ParameterRange r : network.ranges()) {
      float[] values =
          network
              .parameters()
              .get(NDArrayIndex.interval(r.offset(), r.offset() + r.length()))
              .dup()
              .data()
              .asFloat();
      all.put(r.name(), r.shape(), values);
    }
    return all;
  }

  void put(String name, long[] shape, float[] values) {
    tensors.put(name, new Tensor(shape.clone(), values));
  }

  /**
   * The same tensors under other names.
   *
   * @param newName nothing where a tensor keeps its name
   */
  NamedTensors renamed(Function<String, Optional<String>> newName) {
    NamedTensors all = new NamedTensors();
    tensors.forEach((name, tensor) -> all.tensors.put(newName.apply(name).orElse(name), tensor));
    return all;
  }

  Optional<Tensor> get(String name) {
    return Optional.ofNullable(tensors.get(name));
  }

  /** The tensors' names. */
  public Collection<String> names() {
    return tensors.keySet();
  }
}
