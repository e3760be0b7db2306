package org.networkfission.jobs.train.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.networkfission.model.backend.FlatVector;
import org.networkfission.model.backend.host.HostParameters;
import org.networkfission.model.network.ParameterRange;
import org.networkfission.model.network.ParameterRange.Kind;
import org.networkfission.model.op.DataType;

class MovingAverageTest {
  private static final int FROM = 1_000;

  @Test
  void followsTheFormulaOnItsSlice() {
    FlatVector parameters =
        new HostParameters(
                List.of(new ParameterRange("all", 0, 7_000, new long[] {7_000}, Kind.WEIGHT)),
                DataType.FLOAT32)
            .parameters();
    MovingAverage average = MovingAverage.begin(0.5, parameters, FROM, FROM + 5_000);
    double expected = 0;
    for (int step = 0; step < 30; step++) {
      parameters.write(FROM - 1, new float[] {99});
      parameters.write(FROM + 4_999, new float[] {step, 99});
      average.update(step);
      double decay = Math.min(0.5, (1.0 + step) / (10 + step));
      expected = decay * expected + (1 - decay) * step;
    }

    assertThat((double) average.values()[4_999]).isCloseTo(expected, within(1e-4));
    assertThat(average.values()[0]).isZero();
  }
}
