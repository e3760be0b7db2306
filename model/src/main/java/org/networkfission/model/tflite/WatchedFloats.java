package org.networkfission.model.tflite;

import java.util.LinkedHashMap;
import java.util.Map;
import org.networkfission.model.export.Precision;

/** The floats that {@link Integers} will stand for, remembered by name, to be watched. */
final class WatchedFloats extends Floats {
  private final FlatGraph graph;
  private final Ranges ranges;
  private final Map<Integer, String> names = new LinkedHashMap<>();

  WatchedFloats(FlatGraph graph, Ranges ranges) {
    super(graph, Precision.FLOAT32);
    this.graph = graph;
    this.ranges = ranges;
  }

  @Override
  public int enter(String name, int image) {
    ranges.add(name);
    names.put(image, name);
    return image;
  }

  @Override
  public Numbers ofHeads() {
    return new Floats(graph, Precision.FLOAT32);
  }

  @Override
  public int tensor(String name, int... shape) {
    int tensor = super.tensor(name, shape);
    ranges.add(name);
    names.put(tensor, name);
    return tensor;
  }

  @Override
  public void copies(int output, int... inputs) {
    for (int input : inputs) {
      ranges.alike(names.get(output), names.get(input));
    }
  }

  @Override
  public boolean scaledByChannel() {
    return true;
  }

  /** The tensors, by name. */
  Map<String, Integer> tensors() {
    Map<String, Integer> tensors = new LinkedHashMap<>();
    names.forEach((tensor, name) -> tensors.put(name, tensor));
    return tensors;
  }
}
