package org.networkfission.prep.shard;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.io.Serializable;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How many frames each camera took. Only 32 are told apart, the first by their texts, and the
 * others are counted together, so that counts of parts add up in any order.
 *
 * @param frames by the camera, e.g. {@code 320x240 fx=277.13 fy=289.71 cx=159.50 cy=119.50}
 */
public record Cameras(@JsonValue SortedMap<String, Long> frames) implements Serializable {
  private static final int MOST = 32;

  /** Behind all cameras. */
  private static final String OTHERS = "others";

  @JsonCreator
  public Cameras {
    SortedMap<String, Long> first = new TreeMap<>();
    long others = 0;
    for (Map.Entry<String, Long> camera : frames.entrySet()) {
      if (camera.getKey().equals(OTHERS) || first.size() >= MOST) {
        others += camera.getValue();
      } else {
        first.put(camera.getKey(), camera.getValue());
      }
    }
    if (others > 0) {
      first.put(OTHERS, others);
    }
    frames = Collections.unmodifiableSortedMap(first);
  }

  /** No frames yet. */
  public static Cameras none() {
    return new Cameras(new TreeMap<>());
  }

  /** The camera of one frame. */
  static Cameras of(Example e) {
    SortedMap<String, Long> one = new TreeMap<>();
    one.put(
        String.format(
            Locale.ROOT,
            "%dx%d fx=%.2f fy=%.2f cx=%.2f cy=%.2f",
            e.width(),
            e.height(),
            e.fx(),
            e.fy(),
            e.cx(),
            e.cy()),
        1L);
    return new Cameras(one);
  }

  /** Both together. */
  Cameras plus(Cameras other) {
    SortedMap<String, Long> sum = new TreeMap<>(frames);
    other.frames.forEach((camera, count) -> sum.merge(camera, count, Long::sum));
    return new Cameras(sum);
  }
}
