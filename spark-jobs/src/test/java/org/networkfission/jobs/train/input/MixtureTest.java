package org.networkfission.jobs.train.input;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MixtureTest {
  private static final int EXAMPLES = 3_000;

  /** How many of a data set's examples stand before each place, by counting them one by one. */
  private static long[] counted(Mixture mixture, int source) {
    long[] before = new long[EXAMPLES + 1];
    for (int n = 0; n < EXAMPLES; n++) {
      before[n + 1] = before[n] + (mixture.source(n) == source ? 1 : 0);
    }
    return before;
  }

  private static double share(List<Double> weights, int source) {
    return weights.get(source) / weights.stream().mapToDouble(Double::doubleValue).sum();
  }

  /** The largest difference, over all stretches, between examples and share of a data set. */
  private static double farthest(long[] before, double perPlace) {
    double least = 0;
    double most = 0;
    for (int n = 0; n < before.length; n++) {
      double off = before[n] - n * perPlace;
      least = Math.min(least, off);
      most = Math.max(most, off);
    }
    return most - least;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8})
  void noStretchOfTwoDataSetsIsAnExampleOffNeitherOfAReplicaNorOfAll(int replicas) {
    for (List<Double> weights :
        List.of(List.of(1.0, 1.0), List.of(1.0, 3.0), List.of(0.7, 0.1), List.of(1e6, 1.0))) {
      long[] all = new long[EXAMPLES + 1];
      for (int rank = 0; rank < replicas; rank++) {
        long[] own = counted(new Mixture(weights, replicas, rank), 0);
        assertThat(farthest(own, share(weights, 0))).isLessThan(1);
        for (int n = 0; n <= EXAMPLES; n++) {
          all[n] += own[n];
        }
      }
      assertThat(farthest(all, replicas * share(weights, 0))).isLessThan(1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void noStretchOfSeveralIsAsManyExamplesOffAsThereAreDataSets(int replicas) {
    for (List<Double> weights :
        List.of(
            List.of(1.0, 1.0, 1.0),
            List.of(5.0, 0.25, 2.0, 1.0),
            List.of(1.0, 2.0, 3.0, 4.0, 5.0))) {
      for (int rank = 0; rank < replicas; rank++) {
        Mixture mixture = new Mixture(weights, replicas, rank);
        for (int source = 0; source < weights.size(); source++) {
          assertThat(farthest(counted(mixture, source), share(weights, source)))
              .isLessThan(weights.size());
        }
      }
    }
  }

  @Test
  void everyReplicaSeesAllDataSets() {
    for (int rank = 0; rank < 4; rank++) {
      Mixture mixture = new Mixture(List.of(1.0, 1.0, 2.0), 4, rank);
      long[] first = counted(mixture, 0);
      assertThat(first[EXAMPLES]).isBetween(EXAMPLES / 4L - 1, EXAMPLES / 4L + 1);
    }
  }

  @Test
  void countsWithoutCounting() {
    Mixture mixture = new Mixture(List.of(0.3, 0.5, 1.7), 3, 2);
    for (int source = 0; source < mixture.size(); source++) {
      long[] before = counted(mixture, source);
      for (int n = 0; n <= EXAMPLES; n++) {
        assertThat(mixture.count(source, n)).isEqualTo(before[n]);
      }
    }
    // Far out too, where doubles would have lost the fractions.
    long far = 1_000_000_000_007L;
    long sum = 0;
    for (int source = 0; source < mixture.size(); source++) {
      sum += mixture.count(source, far);
    }
    assertThat(sum).isEqualTo(far);
    assertThat(mixture.count(0, far) * 2.5).isBetween(0.3 * far - 3, 0.3 * far + 3);
  }

  @Test
  void ofOneDataSetEveryExampleIsItsOwn() {
    Mixture mixture = new Mixture(List.of(1.0), 2, 1);
    assertThat(mixture.source(17)).isZero();
    assertThat(mixture.count(0, 17)).isEqualTo(17);
  }
}
