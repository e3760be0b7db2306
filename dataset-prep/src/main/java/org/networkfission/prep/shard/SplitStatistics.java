package org.networkfission.prep.shard;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.networkfission.prep.codec.NormalPacking;

/**
 * Counts over the examples of a split; counts of parts add up exactly.
 *
 * @param frames examples
 * @param pixels of all examples
 * @param classHistogram pixels per class, index 0 is void
 * @param minDepth least depth in mm; 0 where none was measured
 * @param maxDepth greatest depth in mm
 * @param holePixels pixels without depth
 * @param normalPixels pixels with a normal
 */
@JsonIgnoreProperties(
    value = {"holeShare", "normalCoverage"},
    allowGetters = true)
public record SplitStatistics(
    long frames,
    long pixels,
    List<Long> classHistogram,
    int minDepth,
    int maxDepth,
    long holePixels,
    long normalPixels)
    implements Serializable {
  public SplitStatistics {
    classHistogram = List.copyOf(classHistogram);
  }

  /** No examples yet. */
  public static SplitStatistics none(int classes) {
    return new SplitStatistics(0, 0, Collections.nCopies(classes, 0L), 0, 0, 0, 0);
  }

  /**
   * The counts of one example.
   *
   * @throws IllegalArgumentException if a label is not below the number of classes
   */
  public static SplitStatistics of(Example example, int classes) {
    long[] histogram = new long[256];
    for (byte label : example.labels()) {
      histogram[label & 0xff]++;
    }
    List<Long> counts = new ArrayList<>();
    for (int c = 0; c < histogram.length; c++) {
      if (c < classes) {
        counts.add(histogram[c]);
      } else if (histogram[c] > 0) {
        throw new IllegalArgumentException(
            "Cannot count frame %s: it has label %d, there are %d classes"
                .formatted(example.frameKey(), c, classes));
      }
    }
    byte[] depth = example.depth();
    int min = Integer.MAX_VALUE;
    int max = 0;
    int holes = 0;
    for (int i = 0; i < depth.length; i += 2) {
      int z = (depth[i] & 0xff) | ((depth[i + 1] & 0xff) << 8);
      if (z == 0) {
        holes++;
      } else {
        min = Math.min(min, z);
        max = Math.max(max, z);
      }
    }
    return new SplitStatistics(
        1,
        example.labels().length,
        counts,
        max == 0 ? 0 : min,
        max,
        holes,
        NormalPacking.countValid(example.normals()));
  }

  /** The counts of both together. */
  public SplitStatistics plus(SplitStatistics other) {
    List<Long> histogram = new ArrayList<>();
    for (int c = 0; c < classHistogram.size(); c++) {
      histogram.add(classHistogram.get(c) + other.classHistogram.get(c));
    }
    int min =
        minDepth == 0 || other.minDepth == 0
            ? Math.max(minDepth, other.minDepth)
            : Math.min(minDepth, other.minDepth);
    return new SplitStatistics(
        frames + other.frames,
        pixels + other.pixels,
        histogram,
        min,
        Math.max(maxDepth, other.maxDepth),
        holePixels + other.holePixels,
        normalPixels + other.normalPixels);
  }

  /** Share of pixels without depth, 0 to 1. */
  @JsonProperty
  public double holeShare() {
    return pixels == 0 ? 0 : (double) holePixels / pixels;
  }

  /** Share of pixels with a normal, 0 to 1. */
  @JsonProperty
  public double normalCoverage() {
    return pixels == 0 ? 0 : (double) normalPixels / pixels;
  }
}
