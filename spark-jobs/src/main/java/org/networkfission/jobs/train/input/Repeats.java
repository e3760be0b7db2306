package org.networkfission.jobs.train.input;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * How often the rows of a data set are read beside each other: each in proportion to its factor,
 * which is 1 or more (repeat-factor sampling: Gupta, Dollár, Girshick, LVIS, CVPR 2019).
 *
 * <p>An epoch has as many rows as the factors add up to. The rows lie one after the other on a
 * line, each as long as its factor, and as many marks lie on it at equal distances, from an offset
 * on that each epoch chooses by itself: a row is read once for each mark on it. So a row of factor
 * 2.5 is read two or three times in an epoch, of all epochs half of them three times, every row is
 * read at least once, and all epochs have equally many rows.
 *
 * @param factors by class, in parts of {@link #ONE}; none where all rows are read equally often
 * @param classes of each row group, each row's class as an unsigned byte, whose factor is the row's
 */
public record Repeats(List<Integer> factors, List<byte[]> classes) implements Serializable {
  /** The factor 1. A line's length times its marks fits 63 bits up to some ten million rows. */
  public static final int ONE = 4096;

  /** All rows are read once an epoch. */
  public static final Repeats NONE = new Repeats(List.of(), List.of());

  public Repeats {
    factors = List.copyOf(factors);
    classes = List.copyOf(classes);
  }

  /** How many rows an epoch of these row groups has. */
  long rows(List<RowGroup> groups) {
    return factors.isEmpty()
        ? groups.stream().mapToLong(RowGroup::rows).sum()
        : ceiling(length(), ONE);
  }

  private long length() {
    long length = 0;
    for (byte[] group : classes) {
      for (byte row : group) {
        length += factors.get(row & 0xff);
      }
    }
    return length;
  }

  /**
   * How often each row is read in an epoch.
   *
   * @param random any number, the epoch's own
   * @return of each row group, by row; nothing where all are read once
   * @throws ArithmeticException if there are too many rows to count in 63 bits
   */
  List<int[]> counts(long random) {
    if (factors.isEmpty()) {
      return List.of();
    }
    long length = length();
    long marks = ceiling(length, ONE);
    long offset = Math.floorMod(random, length);
    long end = 0;
    long passed = 0;
    List<int[]> counts = new ArrayList<>();
    for (byte[] group : classes) {
      int[] times = new int[group.length];
      for (int row = 0; row < group.length; row++) {
        end += factors.get(group[row] & 0xff);
        // Mark k lies at (k length + offset) / marks.
        long before = ceiling(Math.multiplyExact(end, marks) - offset, length);
        times[row] = Math.toIntExact(before - passed);
        passed = before;
      }
      counts.add(times);
    }
    return counts;
  }

  private static long ceiling(long dividend, long divisor) {
    return -Math.floorDiv(-dividend, divisor);
  }
}
