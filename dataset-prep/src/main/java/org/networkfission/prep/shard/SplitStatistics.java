package org.networkfission.prep.shard;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.networkfission.prep.codec.NormalPacking;
import org.networkfission.prep.frame.TruthKind;

/**
 * Counts over the examples of a split; counts of parts add up exactly.
 *
 * @param frames examples
 * @param pixels of all examples
 * @param classHistogram pixels per class, index 0 is void; of examples with labels
 * @param minDepth least depth in mm; 0 where none was measured
 * @param maxDepth greatest depth in mm
 * @param holePixels pixels without depth, of examples with depth
 * @param normalPixels pixels with a normal
 * @param framesWithout examples that have no depth, no labels or no normals at all
 * @param pixelsWithout the pixels of these
 * @param cameras the examples' cameras
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
    long normalPixels,
    TruthCounts framesWithout,
    TruthCounts pixelsWithout,
    Cameras cameras)
    implements Serializable {
  private static final byte[] NOTHING = {};

  public SplitStatistics {
    classHistogram = List.copyOf(classHistogram);
    // Data sets that were written before truth became optional have it all, and tell no cameras.
    framesWithout = framesWithout == null ? TruthCounts.NONE : framesWithout;
    pixelsWithout = pixelsWithout == null ? TruthCounts.NONE : pixelsWithout;
    cameras = cameras == null ? Cameras.none() : cameras;
  }

  /** No examples yet. */
  public static SplitStatistics none(int classes) {
    return new SplitStatistics(
        0,
        0,
        Collections.nCopies(classes, 0L),
        0,
        0,
        0,
        0,
        TruthCounts.NONE,
        TruthCounts.NONE,
        Cameras.none());
  }

  /**
   * The counts of one example.
   *
   * @throws IllegalArgumentException if a label is not below the number of classes
   */
  public static SplitStatistics of(Example example, int classes) {
    byte[] depth = example.depth() == null ? NOTHING : example.depth();
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
    long pixels = (long) example.width() * example.height();
    TruthCounts without =
        new TruthCounts(
            example.depth() == null ? 1 : 0,
            example.labels() == null ? 1 : 0,
            example.normals() == null ? 1 : 0);
    return new SplitStatistics(
        1,
        pixels,
        histogram(example, classes),
        max == 0 ? 0 : min,
        max,
        holes,
        example.normals() == null ? 0 : NormalPacking.countValid(example.normals()),
        without,
        new TruthCounts(
            without.depth() * pixels, without.labels() * pixels, without.normals() * pixels),
        Cameras.of(example));
  }

  private static List<Long> histogram(Example example, int classes) {
    long[] histogram = new long[256];
    for (byte label : example.labels() == null ? NOTHING : example.labels()) {
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
    return counts;
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
        normalPixels + other.normalPixels,
        framesWithout.plus(other.framesWithout),
        pixelsWithout.plus(other.pixelsWithout),
        cameras.plus(other.cameras));
  }

  /** How many examples have this kind of truth. */
  public long framesWith(TruthKind truth) {
    return frames - framesWithout.of(truth);
  }

  /** How many pixels the examples that have this kind of truth have. */
  public long pixelsWith(TruthKind truth) {
    return pixels - pixelsWithout.of(truth);
  }

  /** Share of pixels without depth, 0 to 1, over the examples with depth. */
  @JsonProperty
  public double holeShare() {
    return share(holePixels, pixelsWith(TruthKind.DEPTH));
  }

  /** Share of pixels with a normal, 0 to 1, over the examples with normals. */
  @JsonProperty
  public double normalCoverage() {
    return share(normalPixels, pixelsWith(TruthKind.NORMALS));
  }

  private static double share(long part, long whole) {
    return whole == 0 ? 0 : (double) part / whole;
  }
}
