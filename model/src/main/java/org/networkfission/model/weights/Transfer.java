package org.networkfission.model.weights;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.networkfission.model.graph.FissionNetwork;
import org.networkfission.model.network.ParameterRange;
import org.networkfission.model.weights.NamedTensors.Tensor;

/**
 * What came over when a network was initialised from other tensors by name and shape.
 *
 * @param taken tensors of the network that were set
 * @param created tensors of the network that stay as they were: no tensor of that name and shape
 * @param dropped tensors of the source that the network has no place for
 */
public record Transfer(List<String> taken, List<String> created, List<String> dropped) {
  /**
   * Initialises a network from another, e.g. a multi-task one from a single-task one.
   *
   * @throws IllegalArgumentException if nothing fits
   */
  public static Transfer between(FissionNetwork from, FissionNetwork to) {
    return apply(NamedTensors.of(from), UnaryOperator.identity(), to);
  }

  /**
   * Initialises a network from tensors.
   *
   * @param sourceName the name in the source of a tensor of the network
   * @throws IllegalArgumentException if nothing fits
   */
  static Transfer apply(NamedTensors from, UnaryOperator<String> sourceName, FissionNetwork to) {
    List<String> taken = new ArrayList<>();
    List<String> created = new ArrayList<>();
    Set<String> dropped = new LinkedHashSet<>(from.names());
    for (ParameterRange range : to.ranges()) {
      String name = sourceName.apply(range.name());
      Optional<Tensor> tensor = from.get(name).filter(t -> Arrays.equals(t.shape(), range.shape()));
      if (tensor.isPresent()) {
        INDArray place =
            to.parameters()
                .get(NDArrayIndex.interval(range.offset(), range.offset() + range.length()));
        place.assign(Nd4j.createFromArray(tensor.get().values()));
        taken.add(range.name());
        dropped.remove(name);
      } else {
        created.add(range.name());
      }
    }
    if (taken.isEmpty()) {
      throw new IllegalArgumentException(
          "Cannot transfer weights: none of %d tensors has the name and shape of one of the network's, such as %s %s"
              .formatted(
                  from.names().size(),
                  to.ranges().get(0).name(),
                  Arrays.toString(to.ranges().get(0).shape())));
    }
    return new Transfer(taken, created, List.copyOf(dropped));
  }

  /** The lines of a log: what was taken, new, dropped. */
  public List<String> lines() {
    return List.of(
        "weights taken: %d tensors".formatted(taken.size()),
        "weights new: %d tensors%s".formatted(created.size(), listed(created)),
        "weights dropped: %d tensors%s".formatted(dropped.size(), listed(dropped)));
  }

  private static String listed(List<String> names) {
    return names.isEmpty() ? "" : ": " + String.join(", ", names);
  }
}
