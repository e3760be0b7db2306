package org.networkfission.jobs.train.input;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Which rows a replica reads, and in which order: a function of the seed, the epoch, the number of
 * replicas and the rank.
 *
 * <p>In an epoch the row groups are shuffled and laid end to end; each replica takes an equally
 * long stretch of their rows (to within one row), so that every row is read once by one replica. A
 * replica goes through its stretch in windows, which it reads whole and shuffles.
 */
public final class DataOrder {
  private final List<RowGroup> groups;
  private final long seed;
  private final int replicas;
  private final int rank;
  private final int windowRows;
  private final long rows;

  /** One row of a row group. */
  record Row(RowGroup group, int row) {}

  /**
   * Describes a replica's order.
   *
   * @param windowRows how many rows a window has at least, except the last of an epoch
   * @throws IllegalArgumentException if there are fewer rows than replicas
   */
  public DataOrder(List<RowGroup> groups, long seed, int replicas, int rank, int windowRows) {
    this.groups = List.copyOf(groups);
    this.seed = seed;
    this.replicas = replicas;
    this.rank = rank;
    this.windowRows = windowRows;
    this.rows = groups.stream().mapToLong(RowGroup::rows).sum();
    if (rows < replicas) {
      throw new IllegalArgumentException(
          "Cannot deal %d rows to %d replicas".formatted(rows, replicas));
    }
  }

  /** How many rows this replica reads in each epoch. */
  public long rowsPerEpoch() {
    return rows * (rank + 1) / replicas - rows * rank / replicas;
  }

  /** This replica's rows of an epoch, window by window, in the order of training. */
  List<List<Row>> epoch(int epoch) {
    List<RowGroup> shuffled = new ArrayList<>(groups);
    Collections.shuffle(shuffled, new Random(mix(epoch, -1)));
    long from = rows * rank / replicas;
    long to = rows * (rank + 1) / replicas;
    List<List<Row>> windows = new ArrayList<>();
    List<Row> window = new ArrayList<>();
    long start = 0;
    for (RowGroup group : shuffled) {
      int first = (int) Math.max(0, from - start);
      int end = (int) Math.min(group.rows(), to - start);
      for (int row = first; row < end; row++) {
        window.add(new Row(group, row));
      }
      if (window.size() >= windowRows) {
        windows.add(window);
        window = new ArrayList<>();
      }
      start += group.rows();
    }
    if (!window.isEmpty()) {
      windows.add(window);
    }
    Random random = new Random(mix(epoch, rank));
    windows.forEach(rowsOfWindow -> Collections.shuffle(rowsOfWindow, random));
    return windows;
  }

  /** A seed that differs for neighbouring epochs and ranks (the finalizer of splitmix64). */
  private long mix(int epoch, int who) {
    long z = seed + 0x9e3779b97f4a7c15L * (((long) epoch << 20) + who + 2);
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
