package org.networkfission.model.evaluation;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The best, the median and the worst frames of a task. Its memory does not grow with the number of
 * frames: the median is that of a sample of at most 4,096 frames, chosen by a hash of their keys
 * and so always the same ones.
 */
public final class FrameRanking implements Serializable {
  private static final long serialVersionUID = 1;
  private static final int EXTREMES = 8;
  private static final int SAMPLE = 4096;

  private static final Comparator<ScoredFrame> ORDER = new Order();

  private final boolean higherIsBetter;
  private final TreeSet<ScoredFrame> lowest = new TreeSet<>(ORDER);
  private final TreeSet<ScoredFrame> highest = new TreeSet<>(ORDER);
  private final TreeMap<Long, ScoredFrame> sample = new TreeMap<>();

  private static final class Order implements Comparator<ScoredFrame>, Serializable {
    private static final long serialVersionUID = 1;

    @Override
    public int compare(ScoredFrame a, ScoredFrame b) {
      int byScore = Double.compare(a.score(), b.score());
      return byScore != 0 ? byScore : a.frame().key().compareTo(b.frame().key());
    }
  }

  FrameRanking(boolean higherIsBetter) {
    this.higherIsBetter = higherIsBetter;
  }

  void add(ScoredFrame frame) {
    lowest.add(frame);
    if (lowest.size() > EXTREMES) {
      lowest.pollLast();
    }
    highest.add(frame);
    if (highest.size() > EXTREMES) {
      highest.pollFirst();
    }
    sample.put(KeyHash.of(frame.frame().key(), 0), frame);
    if (sample.size() > SAMPLE) {
      sample.pollLastEntry();
    }
  }

  void add(FrameRanking other) {
    other.lowest.forEach(this::add);
    other.highest.forEach(this::add);
    other.sample.values().forEach(this::add);
  }

  /** The best frames, the very best first; at most eight are known. */
  public List<ScoredFrame> best(int count) {
    return first(count, higherIsBetter ? highest.descendingSet() : lowest);
  }

  /** The worst frames, the very worst first; at most eight are known. */
  public List<ScoredFrame> worst(int count) {
    return first(count, higherIsBetter ? lowest : highest.descendingSet());
  }

  /** The frames around the median, from worse to better. */
  public List<ScoredFrame> median(int count) {
    List<ScoredFrame> sorted = new ArrayList<>(sample.values());
    sorted.sort(higherIsBetter ? ORDER : ORDER.reversed());
    int from = Math.max(0, (sorted.size() - count) / 2);
    return sorted.subList(from, Math.min(sorted.size(), from + count));
  }

  /** The scores of the sample, from low to high. */
  public double[] scores() {
    return sample.values().stream().mapToDouble(ScoredFrame::score).sorted().toArray();
  }

  private static List<ScoredFrame> first(int count, Iterable<ScoredFrame> frames) {
    List<ScoredFrame> first = new ArrayList<>();
    for (ScoredFrame frame : frames) {
      if (first.size() < count) {
        first.add(frame);
      }
    }
    return first;
  }
}
