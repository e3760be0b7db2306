package org.networkfission.jobs.train.input;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Which rows a replica reads, and in which order: a function of the seed, the epoch, the number of
 * replicas and the rank.
 *
 * <p>In an epoch the row groups are shuffled and laid end to end; each replica takes an equally
 * long stretch of their rows (to within one row), so that every row is read once by one replica; or
 * as often as its {@link Repeats} say, one time after the other. A replica goes through its stretch
 * in windows, which it reads whole and shuffles.
 */
public final class DataOrder {
  private final List<RowGroup> groups;
  private final Repeats repeats;
  private final long seed;
  private final int replicas;
  private final int rank;
  private final int windowRows;
  private final long rows;

  /**
   * One row of a row group.
   *
   * @param time how often it has been read before in the epoch
   */
  record RowPlace(RowGroup group, int row, int time) {}

  /** Describes a replica's order, in which every row is read once an epoch. */
  public DataOrder(List<RowGroup> groups, long seed, int replicas, int rank, int windowRows) {
    this(groups, Repeats.NONE, seed, replicas, rank, windowRows);
  }

  /**
   * Describes a replica's order.
   *
   * @param repeats how often rows are read beside each other
   * @param windowRows how many rows a window has at least, except the last of an epoch
   * @throws IllegalArgumentException if there are fewer rows than replicas
   */
  public DataOrder(
      List<RowGroup> groups, Repeats repeats, long seed, int replicas, int rank, int windowRows) {
    this.repeats = repeats;
    this.groups = List.copyOf(groups);
    this.seed = seed;
    this.replicas = replicas;
    this.rank = rank;
    this.windowRows = windowRows;
    this.rows = repeats.rows(groups);
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
  List<List<RowPlace>> epoch(int epoch) {
    Map<RowGroup, int[]> counts = counts(epoch);
    List<RowGroup> shuffled = new ArrayList<>(groups);
    Collections.shuffle(shuffled, new Random(mix(epoch, -1)));
    long from = rows * rank / replicas;
    long to = rows * (rank + 1) / replicas;
    List<List<RowPlace>> windows = new ArrayList<>();
    List<RowPlace> window = new ArrayList<>();
    long start = 0;
    for (RowGroup group : shuffled) {
      int[] times = counts.get(group);
      long all = times == null ? group.rows() : Arrays.stream(times).asLongStream().sum();
      if (times == null) {
        int end = (int) Math.min(group.rows(), to - start);
        for (int row = (int) Math.max(0, from - start); row < end; row++) {
          window.add(new RowPlace(group, row, 0));
        }
      } else if (from < start + all && start < to) {
        repeat(group, times, start, from, to, window);
      }
      if (window.size() >= windowRows) {
        windows.add(window);
        window = new ArrayList<>();
      }
      start += all;
    }
    if (!window.isEmpty()) {
      windows.add(window);
    }
    Random random = new Random(mix(epoch, rank));
    windows.forEach(rowsOfWindow -> Collections.shuffle(rowsOfWindow, random));
    return windows;
  }

  /** How often the rows of each group are read; nothing where all are read once. */
  private Map<RowGroup, int[]> counts(int epoch) {
    Map<RowGroup, int[]> counts = new HashMap<>();
    List<int[]> times = repeats.counts(mix(epoch, -2));
    for (int i = 0; i < times.size(); i++) {
      counts.put(groups.get(i), times.get(i));
    }
    return counts;
  }

  /** Those of a group's readings that lie in this replica's stretch of the epoch. */
  private static void repeat(
      RowGroup group, int[] times, long start, long from, long to, List<RowPlace> window) {
    long at = start;
    for (int row = 0; row < times.length; row++) {
      for (int time = 0; time < times[row]; time++) {
        if (at >= from && at < to) {
          window.add(new RowPlace(group, row, time));
        }
        at++;
      }
    }
  }

  /** A seed that differs for neighbouring epochs and ranks (the finalizer of splitmix64). */
  private long mix(int epoch, int who) {
    long z = seed + 0x9e3779b97f4a7c15L * (((long) epoch << 20) + who + 2);
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
