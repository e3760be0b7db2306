package org.networkfission.model.backend;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.networkfission.model.op.Parameter;

/**
 * Tensors in this machine's memory and where their gradients are written, by name.
 *
 * @param gradients none where only predictions are asked for
 */
public record Tensors(Map<String, INDArray> parameters, Map<String, INDArray> gradients) {
  /**
   * Views of flat vectors in which the tensors lie one after the other.
   *
   * @param gradients null where only predictions are asked for
   */
  public static Tensors of(List<Parameter> tensors, INDArray parameters, INDArray gradients) {
    return new Tensors(
        views(tensors, parameters), gradients == null ? Map.of() : views(tensors, gradients));
  }

  /** The tensors of a flat vector by name, as views of it. */
  public static Map<String, INDArray> views(List<Parameter> tensors, INDArray flat) {
    Map<String, INDArray> views = new LinkedHashMap<>();
    if (tensors.isEmpty()) {
      return views;
    }
    INDArray vector = flat.reshape(flat.length());
    long offset = 0;
    for (Parameter p : tensors) {
      views.put(
          p.name(),
          vector
              .get(NDArrayIndex.interval(offset, offset + p.length()))
              .reshape('c', p.longShape()));
      offset += p.length();
    }
    return views;
  }

  public INDArray parameter(String name) {
    return parameters.get(name);
  }

  public INDArray gradient(String name) {
    return gradients.get(name);
  }
}
