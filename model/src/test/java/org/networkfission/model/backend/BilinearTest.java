package org.networkfission.model.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.FloatBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.networkfission.model.op.DataType;
import org.networkfission.model.op.FeatureMap;
import org.networkfission.model.op.Op;

/** Bilinear upsampling of a few channels on the CPU. */
class BilinearTest {
  private static Op.Upsampling from(int height, int width, int toHeight, int toWidth) {
    return new Op.Upsampling(
        new FeatureMap("small", 3, height, width, DataType.FLOAT32),
        new FeatureMap("large", 3, toHeight, toWidth, DataType.FLOAT32));
  }

  private static float[] random(int length, long seed) {
    Random random = new Random(seed);
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = random.nextFloat() - 0.5f;
    }
    return values;
  }

  @Test
  void pixelsLieBetweenTheCentresOfTheirNeighbours() {
    float[] large = new float[3 * 4 * 4];
    float[] small = {0, 4, 8, 12, 1, 1, 1, 1, 0, 0, 0, 4};

    new Bilinear(from(2, 2, 4, 4), 1).forward(FloatBuffer.wrap(small), FloatBuffer.wrap(large));

    assertThat(large)
        .startsWith(0, 1, 3, 4, 2, 3, 5, 6, 6, 7, 9, 10, 8, 9, 11, 12)
        .endsWith(0, 0, 0, 0, 0, 0.25f, 0.75f, 1, 0, 0.75f, 2.25f, 3, 0, 1, 3, 4)
        .contains(1, 1, 1);
  }

  @Test
  void gradientsAreThoseOfTheForwardPass() {
    int batch = 2;
    Bilinear bilinear = new Bilinear(from(5, 1, 15, 7), batch);
    float[] small = random(batch * 3 * 5, 1);
    float[] large = new float[batch * 3 * 15 * 7];
    float[] largeGradient = random(large.length, 2);
    float[] smallGradient = random(small.length, 3);

    bilinear.forward(FloatBuffer.wrap(small), FloatBuffer.wrap(large));
    bilinear.backward(FloatBuffer.wrap(largeGradient), FloatBuffer.wrap(smallGradient));

    assertThat(product(small, smallGradient))
        .isCloseTo(product(large, largeGradient), within(1e-4));
  }

  private static double product(float[] one, float[] other) {
    double sum = 0;
    for (int i = 0; i < one.length; i++) {
      sum += (double) one[i] * other[i];
    }
    return sum;
  }
}
