package org.networkfission.model.backend.host;

import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A stage's tensors and where their gradients are written, as views of the flat vectors. */
public record Tensors(Map<String, INDArray> parameters, Map<String, INDArray> gradients) {
  public INDArray parameter(String name) {
    return parameters.get(name);
  }

  public INDArray gradient(String name) {
    return gradients.get(name);
  }
}
