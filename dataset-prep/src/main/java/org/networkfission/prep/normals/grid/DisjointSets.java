package org.networkfission.prep.normals.grid;

import java.util.Arrays;

/** Union-find by rank over the pixels of an image. One instance per thread; buffers are kept. */
public final class DisjointSets {
  private int[] parents = {};
  private byte[] ranks = {};

  /** Makes each of {@code size} elements a set of its own. */
  public void reset(int size) {
    if (parents.length < size) {
      parents = new int[size];
      ranks = new byte[size];
    }
    Arrays.fill(ranks, 0, size, (byte) 0);
    for (int i = 0; i < size; i++) {
      parents[i] = i;
    }
  }

  public int find(int element) {
    int at = element;
    while (parents[at] != at) {
      parents[at] = parents[parents[at]];
      at = parents[at];
    }
    return at;
  }

  public void join(int a, int b) {
    int rootA = find(a);
    int rootB = find(b);
    if (rootA == rootB) {
      return;
    }
    if (ranks[rootA] < ranks[rootB]) {
      parents[rootA] = rootB;
    } else {
      parents[rootB] = rootA;
      if (ranks[rootA] == ranks[rootB]) {
        ranks[rootA]++;
      }
    }
  }
}
