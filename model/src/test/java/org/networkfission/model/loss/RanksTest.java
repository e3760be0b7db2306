package org.networkfission.model.loss;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RanksTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 10, 1000})
  void isWhatSortingPutsThere(int kinds) {
    Random random = new Random(7);
    double[] values = new double[501];
    Arrays.setAll(values, i -> random.nextInt(kinds) - 2);
    values[3] = Double.POSITIVE_INFINITY;
    values[500] = -7e9; // Beyond the count.
    double[] sorted = Arrays.copyOf(values, 500);
    Arrays.sort(sorted);
    for (int rank = 0; rank < 500; rank += 7) {
      assertThat(Ranks.select(values.clone(), 500, rank)).isEqualTo(sorted[rank]);
    }
    Arrays.sort(values, 0, 500);
    assertThat(Ranks.select(values, 500, 499)).isEqualTo(Double.POSITIVE_INFINITY);
  }

  @Test
  void ofNothingButNaNsItIsNaN() {
    double[] values = new double[100];
    Arrays.fill(values, Double.NaN);
    assertThat(Ranks.select(values, 100, 50)).isNaN();
  }
}
