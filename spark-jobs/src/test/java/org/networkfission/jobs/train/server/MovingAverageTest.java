package org.networkfission.jobs.train.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class MovingAverageTest {
  @Test
  void followsTheFormula() {
    ByteBuffer parameters = ByteBuffer.allocate(5_000 * Float.BYTES);
    MovingAverage average = MovingAverage.begin(0.5, parameters);
    double expected = 0;
    for (int step = 0; step < 30; step++) {
      parameters.putFloat(4_999 * Float.BYTES, step);
      average.update(step);
      double decay = Math.min(0.5, (1.0 + step) / (10 + step));
      expected = decay * expected + (1 - decay) * step;
    }

    assertThat((double) average.values()[4_999]).isCloseTo(expected, within(1e-4));
    assertThat(average.values()[0]).isZero();
  }
}
