package org.networkfission.model.balance;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Named vectors, as they are remembered. */
final class Vectors {
  private final int tasks;
  private final Map<String, List<Double>> values;

  Vectors(int tasks, Map<String, List<Double>> values) {
    this.tasks = tasks;
    this.values = new LinkedHashMap<>(values);
  }

  /** A vector of an element per task; each is the given value where nothing is remembered. */
  double[] get(String name, double start) {
    double[] vector = new double[tasks];
    Arrays.fill(vector, start);
    List<Double> saved = values.get(name);
    for (int i = 0; saved != null && i < tasks; i++) {
      vector[i] = saved.get(i);
    }
    return vector;
  }

  /** A single number; 0 where nothing is remembered. */
  long count(String name) {
    return values.containsKey(name) ? (long) (double) values.get(name).get(0) : 0;
  }

  Vectors with(String name, double... vector) {
    values.put(name, Arrays.stream(vector).boxed().toList());
    return this;
  }

  Map<String, List<Double>> all() {
    return values;
  }
}
