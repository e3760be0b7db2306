package org.networkfission.model.weights;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.networkfission.model.graph.FissionNetwork;
import org.networkfission.model.network.ParameterRange;
import org.networkfission.model.weights.NamedTensors.Tensor;

/**
 * What came over when a network was initialised from other tensors by name and shape.
 *
 * @param taken tensors of the network that were set
 * @param created tensors of the network that stay as they were: none of the source fits
 * @param skipped tensors of the network that stay as they were because they were to be skipped
 * @param misfits why some of those created are new: a tensor of their name has another shape or
 *     type
 * @param dropped tensors of the source, as it calls them, that the network has no place for
 */
public record Transfer(
    List<String> taken,
    List<String> created,
    List<String> skipped,
    List<String> misfits,
    List<String> dropped) {
  /**
   * Initialises a network from another, e.g. a multi-task one from a single-task one.
   *
   * @throws IllegalArgumentException if nothing fits
   */
  public static Transfer between(FissionNetwork from, FissionNetwork to) {
    try {
      return apply(NamedTensors.of(from), to, List.of());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Initialises a network from tensors.
   *
   * @param skip beginnings of names at a dot, e.g. {@code heads}, of tensors that stay as they are
   * @throws IllegalArgumentException if nothing fits
   * @throws IOException if a tensor cannot be read
   */
  public static Transfer apply(NamedTensors from, FissionNetwork to, List<String> skip)
      throws IOException {
    Origins origins = new Origins(to.spec());
    List<String> taken = new ArrayList<>();
    List<String> created = new ArrayList<>();
    List<String> skipped = new ArrayList<>();
    List<String> misfits = new ArrayList<>();
    Set<String> dropped = new LinkedHashSet<>(from.names());
    for (ParameterRange range : to.ranges()) {
      List<Origin> present =
          origins.of(range).stream().filter(o -> from.get(o.tensor()).isPresent()).toList();
      Optional<Origin> fitting =
          present.stream()
              .filter(o -> fits(o, from.get(o.tensor()).orElseThrow(), range))
              .findFirst();
      if (skip.stream().anyMatch(name -> begins(range.name(), name))) {
        skipped.add(range.name());
      } else if (fitting.isPresent()) {
        Origin origin = fitting.get();
        Tensor tensor = from.get(origin.tensor()).orElseThrow();
        float[] values = origin.take(tensor.values().orElseThrow().read(), range.shape());
        to.engine().parameters().write(range.offset(), values);
        taken.add(range.name());
        dropped.remove(origin.tensor());
      } else {
        created.add(range.name());
        present.stream().findFirst().map(o -> misfit(o, from, range)).ifPresent(misfits::add);
      }
    }
    if (taken.isEmpty()) {
      throw new IllegalArgumentException(
          "Cannot transfer weights: none of %d tensors has the name and shape of one of the network's, %s"
              .formatted(
                  from.names().size(),
                  misfits.isEmpty()
                      ? "such as %s %s"
                          .formatted(
                              to.ranges().get(0).name(),
                              Arrays.toString(to.ranges().get(0).shape()))
                      : "such as " + misfits.get(0)));
    }
    return new Transfer(taken, created, skipped, misfits, List.copyOf(dropped));
  }

  private static boolean begins(String tensor, String name) {
    return tensor.equals(name) || tensor.startsWith(name + ".");
  }

  private static boolean fits(Origin origin, Tensor tensor, ParameterRange range) {
    return tensor.values().isPresent()
        && Arrays.equals(tensor.shape(), origin.shape(range.shape()));
  }

  private static String misfit(Origin origin, NamedTensors from, ParameterRange range) {
    Tensor tensor = from.get(origin.tensor()).orElseThrow();
    String source = origin.tensor().equals(range.name()) ? "" : " (%s)".formatted(origin.tensor());
    return tensor.values().isEmpty()
        ? "%s%s of type %s".formatted(range.name(), source, tensor.type())
        : "%s%s %s instead of %s"
            .formatted(
                range.name(),
                source,
                Arrays.toString(tensor.shape()),
                Arrays.toString(origin.shape(range.shape())));
  }

  /** What came over, in one sentence, and which parts of the network begin new. */
  public String sentence() {
    String skips = skipped.isEmpty() ? "" : ", %d skipped".formatted(skipped.size());
    String parts = created.isEmpty() ? "" : "; new: " + String.join(", ", parts(created));
    return "weights: %d tensors taken, %d new (%d for their shape)%s, %d of the source dropped%s"
        .formatted(taken.size(), created.size(), misfits.size(), skips, dropped.size(), parts);
  }

  /** A table with a line for each tensor that did not come over, and why. */
  public List<String> table() {
    List<String> lines = new ArrayList<>();
    created.forEach(name -> lines.add("new      " + name));
    skipped.forEach(name -> lines.add("skipped  " + name));
    misfits.forEach(why -> lines.add("shape    " + why));
    dropped.forEach(name -> lines.add("dropped  " + name));
    return lines;
  }

  /** The parts of a network that tensors belong to, and how many of a part's, if not all. */
  private List<String> parts(List<String> names) {
    Map<String, Integer> all = new HashMap<>();
    for (List<String> list : List.of(taken, created, skipped)) {
      list.forEach(name -> all.merge(part(name), 1, Integer::sum));
    }
    Map<String, Integer> counts = new TreeMap<>();
    names.forEach(name -> counts.merge(part(name), 1, Integer::sum));
    return counts.entrySet().stream()
        .map(
            e ->
                e.getValue().equals(all.get(e.getKey()))
                    ? e.getKey()
                    : "%s (%d of %d)".formatted(e.getKey(), e.getValue(), all.get(e.getKey())))
        .toList();
  }

  /** The first two words of a name: the encoder's block, the decoder's stage, the task's head. */
  private static String part(String name) {
    int end = name.indexOf('.', name.indexOf('.') + 1);
    return end < 0 ? name : name.substring(0, end);
  }
}
