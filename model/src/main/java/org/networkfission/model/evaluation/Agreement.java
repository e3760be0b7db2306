package org.networkfission.model.evaluation;

import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.networkfission.model.prediction.Prediction;
import org.networkfission.model.statistics.ExactSum;

/**
 * How far one predictor's predictions are from another's, over all frames seen: what an exported
 * model loses. Parts that saw different frames merge exactly.
 */
public final class Agreement implements Serializable {
  private static final long serialVersionUID = 1;

  private final Distance normals = new Distance();
  private final Distance depth = new Distance();
  private final Distance disparity = new Distance();
  private long pixels;
  private long sameLabel;

  /** Squares of differences and of what they are relative to. */
  private static final class Distance implements Serializable {
    private static final long serialVersionUID = 1;

    private final ExactSum differences = new ExactSum();
    private final ExactSum squares = new ExactSum();

    void add(Optional<float[]> expected, Optional<float[]> other) {
      if (expected.isEmpty() || other.isEmpty()) {
        return;
      }
      double ofDifferences = 0;
      double ofValues = 0;
      for (int i = 0; i < expected.get().length; i++) {
        double value = expected.get()[i];
        double difference = other.get()[i] - value;
        ofDifferences += difference * difference;
        ofValues += value * value;
      }
      differences.add(ofDifferences);
      squares.add(ofValues);
    }

    void add(Distance other) {
      differences.add(other.differences, 1);
      squares.add(other.squares, 1);
    }

    OptionalDouble relative() {
      double whole = squares.value();
      return whole > 0
          ? OptionalDouble.of(Math.sqrt(differences.value() / whole))
          : OptionalDouble.empty();
    }
  }

  /** Adds a frame. */
  public void add(Prediction expected, Prediction other) {
    if (expected.labels().isPresent() && other.labels().isPresent()) {
      short[] one = expected.labels().get().ids();
      short[] two = other.labels().get().ids();
      for (int i = 0; i < one.length; i++) {
        sameLabel += one[i] == two[i] ? 1 : 0;
      }
      pixels += one.length;
    }
    normals.add(expected.normals().map(n -> n.xyz()), other.normals().map(n -> n.xyz()));
    depth.add(expected.depth().map(d -> d.millimetres()), other.depth().map(d -> d.millimetres()));
    disparity.add(
        expected.disparity().map(d -> d.values()), other.disparity().map(d -> d.values()));
  }

  /** Adds what another part saw. */
  public void add(Agreement other) {
    pixels += other.pixels;
    sameLabel += other.sameLabel;
    normals.add(other.normals);
    depth.add(other.depth);
    disparity.add(other.disparity);
  }

  /** The share of pixels that get the same label; empty without labels. */
  public OptionalDouble labels() {
    return pixels == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) sameLabel / pixels);
  }

  /** The relative L2 distance of the other tasks that there are, by name. */
  public Map<String, Double> distances() {
    Map<String, Double> distances = new LinkedHashMap<>();
    normals.relative().ifPresent(d -> distances.put("normals", d));
    depth.relative().ifPresent(d -> distances.put("depth", d));
    disparity.relative().ifPresent(d -> distances.put("disparity", d));
    return distances;
  }
}
