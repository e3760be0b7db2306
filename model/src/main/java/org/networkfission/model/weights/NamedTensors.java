package org.networkfission.model.weights;

import java.io.Closeable;
import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.networkfission.model.graph.FissionNetwork;
import org.networkfission.model.network.ParameterRange;

/**
 * Tensors by name, from any source. Their values are read when somebody asks for them: a file may
 * hold far more than a network has a place for.
 */
public final class NamedTensors implements Closeable {
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();
  private final Closeable source;

  /** Reads the values of one tensor, row-major. */
  interface Values {
    float[] read() throws IOException;
  }

  /**
   * One tensor.
   *
   * @param shape of kernels [out, in, height, width], of transposed ones [in, out, height, width]
   * @param type what its values are, as the source calls it
   * @param values empty where they are no floating-point numbers
   */
  record Tensor(long[] shape, String type, Optional<Values> values) {}

  /** No tensors yet; closing them closes what they are read from. */
  NamedTensors(Closeable source) {
    this.source = source;
  }

  /** The parameters of a network under its own names. */
  public static NamedTensors of(FissionNetwork network) {
    NamedTensors all = new NamedTensors(() -> {});
    for (ParameterRange r : network.ranges()) {
      all.put(
          r.name(),
          r.shape(),
          "float",
          () -> network.engine().parameters().read(r.offset(), r.length()));
    }
    return all;
  }

  void put(String name, long[] shape, String type, Values values) {
    tensors.put(name, new Tensor(shape.clone(), type, Optional.of(values)));
  }

  /** A tensor of whole numbers or of text: it is there, and fits nowhere. */
  void putUnreadable(String name, long[] shape, String type) {
    tensors.put(name, new Tensor(shape.clone(), type, Optional.empty()));
  }

  Optional<Tensor> get(String name) {
    return Optional.ofNullable(tensors.get(name));
  }

  /** The tensors' names in their source. */
  public Collection<String> names() {
    return tensors.keySet();
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
