package org.networkfission.model.weights;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
 * @param reshaped why some of those are new: a tensor of their name has another shape
 * @param dropped tensors of the source that the network has no place for
 */
public record Transfer(
    List<String> taken, List<String> created, List<String> reshaped, List<String> dropped) {
  /**
   * Initialises a network from another, e.g. a multi-task one from a single-task one.
   *
   * @throws IllegalArgumentException if nothing fits
   */
  public static Transfer between(FissionNetwork from, FissionNetwork to) {
    return apply(NamedTensors.of(from), to);
  }

  /**
   * Initialises a network from tensors.
   *
   * @throws IllegalArgumentException if nothing fits
   */
  public static Transfer apply(NamedTensors from, FissionNetwork to) {
    List<String> taken = new ArrayList<>();
    List<String> created = new ArrayList<>();
    List<String> reshaped = new ArrayList<>();
    Set<String> dropped = new LinkedHashSet<>(from.names());
    for (ParameterRange range : to.ranges()) {
      String name = range.name();
      Optional<Tensor> tensor = from.get(name);
      if (tensor.isPresent() && Arrays.equals(tensor.get().shape(), range.shape())) {
        INDArray place =
            to.parameters()
                .get(NDArrayIndex.interval(range.offset(), range.offset() + range.length()));
        place.assign(Nd4j.createFromArray(tensor.get().values()));
        taken.add(range.name());
        dropped.remove(name);
      } else {
        created.add(range.name());
        tensor.ifPresent(
            t ->
                reshaped.add(
                    "%s %s instead of %s"
                        .formatted(
                            name, Arrays.toString(t.shape()), Arrays.toString(range.shape()))));
      }
    }
    if (taken.isEmpty()) {
      throw new IllegalArgumentException(
          "Cannot transfer weights: none of %d tensors has the name and shape of one of the network's, %s"
              .formatted(
                  from.names().size(),
                  reshaped.isEmpty()
                      ? "such as %s %s"
                          .formatted(
                              to.ranges().get(0).name(),
                              Arrays.toString(to.ranges().get(0).shape()))
                      : "such as " + reshaped.get(0)));
    }
    return new Transfer(taken, created, reshaped, List.copyOf(dropped));
  }

  /** What came over, in one sentence. */
  public String sentence() {
    return "weights: %d tensors taken, %d new (%d for their shape), %d of the source dropped"
        .formatted(taken.size(), created.size(), reshaped.size(), dropped.size());
  }

  /** A table with a line for each tensor that did not come over, and why. */
  public List<String> table() {
    List<String> lines = new ArrayList<>();
    created.forEach(name -> lines.add("new      " + name));
    reshaped.forEach(why -> lines.add("shape    " + why));
    dropped.forEach(name -> lines.add("dropped  " + name));
    return lines;
  }
}
