package org.networkfission.model.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.networkfission.model.optimizer.LearningRate.Schedule;
import org.networkfission.prep.settings.InvalidSettings;

class LearningRateTest {
  private static LearningRate polynomial(long warmupSteps) {
    return new LearningRate(Schedule.POLYNOMIAL, 1e-3, 1e-4, 30_000, 0.9, warmupSteps);
  }

  @Test
  void polynomialFallsFromInitialToEndAsInTensorFlow() {
    assertThat(polynomial(0).at(0)).isEqualTo(1e-3);
    // (1e-3 - 1e-4) * 0.5^0.9 + 1e-4
    assertThat(polynomial(0).at(15_000)).isCloseTo(5.8229806e-4, within(1e-10));
    assertThat(polynomial(0).at(30_000)).isEqualTo(1e-4);
    assertThat(polynomial(0).at(150_000)).isEqualTo(1e-4);
  }

  @Test
  void constantStays() {
    LearningRate rate = new LearningRate(Schedule.CONSTANT, 0.01, 0, 1, 1, 0);

    assertThat(rate.at(0)).isEqualTo(0.01);
    assertThat(rate.at(1_000_000)).isEqualTo(0.01);
  }

  @Test
  void warmupGrowsLinearlyAndJoinsTheSchedule() {
    assertThat(polynomial(100).at(0)).isCloseTo(1e-5, within(1e-18));
    assertThat(polynomial(100).at(49)).isCloseTo(polynomial(0).at(49) / 2, within(1e-18));
    assertThat(polynomial(100).at(100)).isEqualTo(polynomial(0).at(100));
  }

  @Test
  void refusesARateThatRises() {
    assertThatThrownBy(() -> new LearningRate(Schedule.POLYNOMIAL, 1e-4, 1e-3, 0, 0.9, 0))
        .isInstanceOf(InvalidSettings.class)
        .hasMessage(
            "end = 0.001: must be at least 0 and at most the initial rate;"
                + " decaySteps = 0: must be at least 1");
  }
}
