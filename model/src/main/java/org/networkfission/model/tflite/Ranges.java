package org.networkfission.model.tflite;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Between which numbers the features of each tensor lie, and which tensors share a scale. The least
 * and the largest number are noted frame by frame: a frame that a network goes wild at would
 * otherwise leave all others a few of the 256 steps.
 */
final class Ranges {
  /** The share of frames whose least, or largest, number lies within a tensor's range. */
  private static final double WITHIN = 0.9;

  /** What was seen, frame by frame. */
  private static final class Range {
    final List<Float> least = new ArrayList<>();
    final List<Float> largest = new ArrayList<>();

    void include(int frame, float low, float high) {
      if (least.size() <= frame) {
        least.add(low);
        largest.add(high);
      } else {
        least.set(frame, Math.min(low, least.get(frame)));
        largest.set(frame, Math.max(high, largest.get(frame)));
      }
    }
  }

  /** Of one tensor of each group. */
  private final Map<String, Range> ranges = new HashMap<>();

  /** Another tensor of the same group, for all but one of it. */
  private final Map<String, String> groups = new HashMap<>();

  private int frame = -1;

  /** Begins to know a tensor. */
  void add(String tensor) {
    if (ranges.put(tensor, new Range()) != null) {
      throw new IllegalArgumentException("Two tensors are called " + tensor);
    }
  }

  /** Whether a tensor was added. */
  boolean knows(String tensor) {
    return ranges.containsKey(group(tensor));
  }

  /** Says that two tensors share a scale. */
  void alike(String one, String other) {
    String first = group(one);
    String second = group(other);
    if (!first.equals(second)) {
      ranges.remove(second);
      groups.put(second, first);
    }
  }

  /** Begins with another frame. */
  void next() {
    frame++;
  }

  /** Says what the frame shows of a tensor. */
  void include(String tensor, float least, float largest) {
    ranges.get(group(tensor)).include(frame, least, largest);
  }

  /** How integers stand for a tensor's numbers; those of few frames may be beyond them. */
  Quantization of(String tensor) {
    Range range = seen(tensor);
    return Quantization.ofFeatures(
        -within(range.least.stream().map(low -> -low).toList()), within(range.largest));
  }

  /** How integers stand for all of a tensor's numbers. */
  Quantization ofAll(String tensor) {
    Range range = seen(tensor);
    return Quantization.ofFeatures(Collections.min(range.least), Collections.max(range.largest));
  }

  private Range seen(String tensor) {
    Range range = ranges.get(group(tensor));
    if (range.least.isEmpty()) {
      throw new IllegalStateException("Nothing was seen of " + tensor);
    }
    return range;
  }

  private static float within(List<Float> largest) {
    List<Float> sorted = largest.stream().sorted().toList();
    return sorted.get((int) Math.ceil(WITHIN * sorted.size()) - 1);
  }

  private String group(String tensor) {
    String at = tensor;
    while (groups.containsKey(at)) {
      at = groups.get(at);
    }
    return at;
  }
}
