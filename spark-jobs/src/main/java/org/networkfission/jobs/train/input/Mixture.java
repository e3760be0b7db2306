package org.networkfission.jobs.train.input;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * From which data set each of a replica's examples comes: by exact shares, over any stretch of a
 * run, as a function of the example's place alone.
 *
 * <p>The first data set has had floor(n p + r / N) of a replica's first n examples, where p is its
 * share of the weights and the replica is the r-th of N; the second has had its share of those that
 * are left by the same rule, and so on. Each replica then keeps to the shares, and so do all
 * together: the floors of N replicas add up to floor(N n p), by Hermite's identity. Of two data
 * sets no stretch is a whole example off; of k, none is k. Arithmetic is exact, in decimal
 * fractions.
 */
public final class Mixture {
  /** Weights as whole numbers in the same proportions. */
  private final List<BigInteger> weights;

  /** The sum of each weight and those after it. */
  private final List<BigInteger> left;

  private final BigInteger replicas;
  private final BigInteger rank;

  /**
   * Describes a replica's examples.
   *
   * @param weights above 0, one for each data set
   */
  public Mixture(List<Double> weights, int replicas, int rank) {
    int scale = weights.stream().mapToInt(w -> BigDecimal.valueOf(w).scale()).max().orElse(0);
    this.weights =
        weights.stream()
            .map(w -> BigDecimal.valueOf(w).setScale(Math.max(0, scale)).unscaledValue())
            .toList();
    List<BigInteger> sums = new ArrayList<>();
    BigInteger sum = BigInteger.ZERO;
    for (int i = weights.size() - 1; i >= 0; i--) {
      sum = sum.add(this.weights.get(i));
      sums.add(0, sum);
    }
    this.left = List.copyOf(sums);
    this.replicas = BigInteger.valueOf(replicas);
    this.rank = BigInteger.valueOf(rank);
  }

  /** How many data sets there are. */
  public int size() {
    return weights.size();
  }

  /** The data set of this replica's n-th example, from 0. */
  public int source(long n) {
    long at = n;
    for (int i = 0; i < weights.size() - 1; i++) {
      long before = taken(i, at);
      if (taken(i, at + 1) > before) {
        return i;
      }
      at -= before;
    }
    return weights.size() - 1;
  }

  /** How many of this replica's first n examples come from a data set. */
  public long count(int source, long n) {
    long rest = n;
    for (int i = 0; i < source; i++) {
      rest -= taken(i, rest);
    }
    return taken(source, rest);
  }

  /** How many a data set takes of the first n that those before it have left. */
  private long taken(int source, long n) {
    if (source == weights.size() - 1) {
      return n;
    }
    BigInteger whole = left.get(source);
    return BigInteger.valueOf(n)
        .multiply(weights.get(source))
        .multiply(replicas)
        .add(rank.multiply(whole))
        .divide(whole.multiply(replicas))
        .longValueExact();
  }
}
