package org.networkfission.prep.normals.reference;

import java.util.Arrays;
import org.networkfission.prep.normals.grid.DisjointSets;
import org.networkfission.prep.normals.grid.FlatLabels;

/**
 * Gives the pixels of a planar semantic surface one normal, as the published program does: equal
 * flat neighbours whose normals lie within a threshold are joined, components take their mean
 * without normalising it. One instance per thread; buffers are kept.
 */
public final class ReferenceFlattening {
  private final FlatLabels flat;
  private final float threshold;
  private final DisjointSets sets = new DisjointSets();
  private int[] components = {};
  private int[] sizes = {};
  private double[] sums = {};

  public ReferenceFlattening(FlatLabels flat, double threshold) {
    this.flat = flat;
    this.threshold = (float) threshold;
  }

  /** Replaces the normals (height x width x 3) of all components by their means. */
  public void flatten(float[] normals, short[] labels, int width, int height) {
    int count = segment(normals, labels, width, height);
    if (sums.length < 3 * count) {
      sums = new double[3 * count];
      sizes = new int[count];
    }
    Arrays.fill(sums, 0, 3 * count, 0);
    Arrays.fill(sizes, 0, count, 0);
    for (int p = 0; p < width * height; p++) {
      int component = components[p];
      if (component >= 0) {
        sizes[component]++;
        for (int i = 0; i < 3; i++) {
          sums[3 * component + i] += normals[3 * p + i];
        }
      }
    }
    for (int p = 0; p < width * height; p++) {
      int component = components[p];
      if (component >= 0) {
        for (int i = 0; i < 3; i++) {
          normals[3 * p + i] = (float) (sums[3 * component + i] / sizes[component]);
        }
      }
    }
  }

  /**
   * Finds the components of more than one pixel, numbered in the order of their first pixels.
   *
   * @return how many there are
   */
  public int segment(float[] normals, short[] labels, int width, int height) {
    int pixels = width * height;
    sets.reset(pixels);
    if (components.length < pixels) {
      components = new int[pixels];
    }
    // -2 marks the root of a component that has no number yet.
    Arrays.fill(components, 0, pixels, -1);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int p = y * width + x;
        if (!flat.contains(labels[p])) {
          continue;
        }
        // The program tests the right neighbour's label for the lower neighbour's edge too.
        boolean likeRight = x + 1 < width && labels[p + 1] == labels[p];
        if (likeRight && similar(normals, p, p + 1)) {
          sets.join(p, p + 1);
        }
        if (likeRight
            && y + 1 < height
            && labels[p + width] == labels[p]
            && similar(normals, p, p + width)) {
          sets.join(p, p + width);
        }
      }
    }
    return number(pixels);
  }

  /** The component of each pixel after {@link #segment}, -1 where there is none. */
  public int[] components() {
    return components;
  }

  private int number(int pixels) {
    for (int p = 0; p < pixels; p++) {
      int root = sets.find(p);
      if (root != p) {
        components[root] = -2;
      }
    }
    int count = 0;
    for (int p = 0; p < pixels; p++) {
      int root = sets.find(p);
      if (components[root] == -2) {
        components[root] = count++;
      }
      components[p] = components[root];
    }
    return count;
  }

  private boolean similar(float[] normals, int p, int q) {
    float dot =
        normals[3 * p] * normals[3 * q]
            + normals[3 * p + 1] * normals[3 * q + 1]
            + normals[3 * p + 2] * normals[3 * q + 2];
    // NaN where rounding made the product exceed 1: no edge then.
    return Math.acos(dot) < threshold;
  }
}
