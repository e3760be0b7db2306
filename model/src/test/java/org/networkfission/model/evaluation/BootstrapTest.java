package org.networkfission.model.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BootstrapTest {
  @Test
  void weightsAreOfMeanAndVarianceOne() {
    int[] weights =
        IntStream.range(0, 100_000).map(i -> Bootstrap.poisson((i + 0.5) / 100_000)).toArray();
    double mean = IntStream.of(weights).average().orElseThrow();
    double squares = IntStream.of(weights).mapToDouble(w -> w * w).average().orElseThrow();

    assertThat(mean).isCloseTo(1, within(1e-3));
    assertThat(squares - mean * mean).isCloseTo(1, within(1e-3));
    assertThat(Bootstrap.poisson(0.36)).isZero();
    assertThat(Bootstrap.poisson(0.37)).isEqualTo(1);
  }

  @Test
  void intervalIsTheMiddle95Percent() {
    double[] values = IntStream.rangeClosed(0, 1000).mapToDouble(i -> 1000 - i).toArray();

    Interval interval = Bootstrap.interval(values).orElseThrow();

    assertThat(interval.low()).isCloseTo(25, within(1e-9));
    assertThat(interval.high()).isCloseTo(975, within(1e-9));
    assertThat(Bootstrap.interval(new double[0])).isEmpty();
  }

  @Test
  void keysThatDifferInOneDigitAreUnrelated() {
    long agreeing =
        IntStream.range(0, 1000)
            .map(i -> Long.bitCount(KeyHash.of("k" + i, 1) ^ KeyHash.of("k" + (i + 1), 1)))
            .filter(bits -> bits < 16 || bits > 48)
            .count();

    assertThat(agreeing).isZero();
  }
}
