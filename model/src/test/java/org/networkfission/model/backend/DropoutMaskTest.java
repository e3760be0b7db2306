package org.networkfission.model.backend;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.FloatBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.networkfission.model.op.FeatureMap;
import org.networkfission.model.op.Hash;
import org.networkfission.model.op.Op;

class DropoutMaskTest {
  @ParameterizedTest
  @CsvSource({
    "1, 0.5, 0",
    "255, 0.5, 7",
    "256, 0.1, 8",
    "257, 0.9, 1000000007",
    "40000, 0.5, 3",
    "1000, 0, 1"
  })
  void eachFeatureHasANumberOfItsOwn(int length, double rate, long step) {
    FeatureMap features = new FeatureMap("features", 1, 1, length);
    DropoutMask mask = new DropoutMask(new Op.Dropout(features, features, rate), 42);
    float[] values = new float[length + 2];

    mask.fill(FloatBuffer.wrap(values, 1, length), step);

    for (int i = 0; i < length; i++) {
      long number = Hash.mix(Hash.mix(mask.key() + step) + i) >>> 32;
      float expected = number < (long) (rate * 0x1p32) ? 0 : (float) (1 / (1 - rate));
      assertThat(values[1 + i]).as("feature %d", i).isEqualTo(expected);
    }
    assertThat(values[0]).isZero();
    assertThat(values[length + 1]).isZero();
  }
}
