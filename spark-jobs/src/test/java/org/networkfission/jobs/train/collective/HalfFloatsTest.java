package org.networkfission.jobs.train.collective;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HalfFloatsTest {
  private static float[] roundTrip(float... values) {
    HalfFloats codec = new HalfFloats();
    ByteBuffer bytes = ByteBuffer.allocate(HalfFloats.bytes(values.length));
    codec.encode(values, values.length, bytes);
    assertThat(bytes.hasRemaining()).isFalse();
    float[] read = new float[values.length];
    codec.decode(bytes.flip(), read, values.length);
    return read;
  }

  @Test
  void whatHasElevenBitsIsExact() {
    assertThat(roundTrip(0, 1, -1, 2047, -0.5f, 0x1p-10f, 1.5f))
        .containsExactly(0, 1, -1, 2047, -0.5f, 0x1p-10f, 1.5f);
  }

  @Test
  void roundsToTheNearestAndTiesToEven() {
    // 2048 + 1 lies between 2048 and 2050, 2051 between 2050 and 2052, with 4000 as the largest.
    assertThat(roundTrip(2049, 2051, 2050.9f, 4000)).containsExactly(2048, 2052, 2050, 4000);
  }

  @Test
  void keepsElevenBitsOverTheWholeRangeOfGradients() {
    Random random = new Random(1);
    for (float size : new float[] {1e-30f, 1e-12f, 1e-3f, 1, 1e6f, 1e30f}) {
      float[] values = new float[HalfFloats.BLOCK];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (size * random.nextGaussian());
      }
      float[] read = roundTrip(values);
      for (int i = 0; i < values.length; i++) {
        assertThat(Math.abs(read[i] - values[i]))
            .as("%s", values[i])
            .isLessThanOrEqualTo(Math.abs(values[i]) * 0x1p-11f + size * 1e-9f);
      }
    }
  }

  @Test
  void theSmallestBecomeZeroAndTheLargestStayFinite() {
    float largest = 0x1.ffcp127f; // of those with 11 bits
    assertThat(roundTrip(largest, Float.MIN_VALUE, -largest)).containsExactly(largest, 0, -largest);
    assertThat(roundTrip(Float.MIN_VALUE, 0)[1]).isZero();
  }

  @Test
  void whatRoundsBeyondTheRangeIsNotFiniteSoThatItIsFound() {
    assertThat(roundTrip(Float.MAX_VALUE)).containsExactly(Float.POSITIVE_INFINITY);
  }
}
