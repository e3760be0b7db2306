package org.networkfission.jobs.train.input;

import java.util.ArrayList;
import java.util.List;

/**
 * What a replica reads, in which order: from each data set in an order of its own, and from all of
 * them by their weights. A function of the seed, the data sets, the number of replicas and the
 * rank.
 */
public final class InputOrder {
  private final List<Source> sources;
  private final Mixture mixture;
  private final List<DataOrder> orders = new ArrayList<>();

  /**
   * Describes a replica's order.
   *
   * @throws IllegalArgumentException if a data set has fewer rows than there are replicas
   */
  public InputOrder(List<Source> sources, long seed, int replicas, int rank, int windowRows) {
    this.sources = List.copyOf(sources);
    this.mixture = new Mixture(sources.stream().map(Source::weight).toList(), replicas, rank);
    for (Source source : sources) {
      // Data sets of equally many row groups are not shuffled alike.
      long own = seed + 0x2545f4914f6cdd1dL * orders.size();
      orders.add(new DataOrder(source.groups(), source.repeats(), own, replicas, rank, windowRows));
    }
  }

  List<Source> sources() {
    return sources;
  }

  Mixture mixture() {
    return mixture;
  }

  DataOrder order(int source) {
    return orders.get(source);
  }

  /**
   * How often this replica has begun its share of every data set, counted from 0.
   *
   * @param rows that it has read, of all data sets
   */
  public long epoch(long rows) {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < orders.size(); i++) {
      least = Math.min(least, mixture.count(i, rows) / orders.get(i).rowsPerEpoch());
    }
    return least;
  }
}
