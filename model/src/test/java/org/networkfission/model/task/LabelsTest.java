package org.networkfission.model.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelsTest {
  @ParameterizedTest
  @CsvSource({
    "1, 1, 4",
    "2, 255, 4",
    "14, 256, 4",
    "14, 257, 4",
    "3, 1000, 4",
    "14, 20000, 0.1",
    "14, 20000, 1",
    "14, 20000, 3",
    "40, 20000, 2",
    "256, 2000, 0.5",
    "14, 20000, 40"
  })
  void theConfidenceIsTheSoftmaxOfTheHighestScore(int classes, int pixels, double deviation) {
    Random random = new Random(1);
    float[] planes = new float[classes * pixels];
    for (int i = 0; i < planes.length; i++) {
      planes[i] = (float) (deviation * random.nextGaussian());
    }
    byte[] confidence = Confidence.of(planes, pixels);
    byte[] exact = new byte[pixels];
    for (int i = 0; i < pixels; i++) {
      float highest = Float.NEGATIVE_INFINITY;
      double sum = 0;
      for (int c = 0; c < classes; c++) {
        highest = Math.max(highest, planes[c * pixels + i]);
      }
      for (int c = 0; c < classes; c++) {
        sum += Math.exp(planes[c * pixels + i] - highest);
      }
      exact[i] = (byte) (int) (255 / sum + 0.5);
    }
    assertThat(confidence).isEqualTo(exact);
  }

  @Test
  void theClassIsThatOfTheHighestScoreAndTheLowerOfTwo() {
    int pixels = 300;
    float[] planes = new float[3 * pixels];
    planes[pixels + 255] = 1;
    planes[2 * pixels + 255] = 1;
    planes[2 * pixels + 299] = 2;
    planes[pixels + 256] = -1;
    short[] ids = new Labels().prediction(planes, 30, 10).ids();
    short[] expected = new short[pixels];
    expected[255] = 1;
    expected[299] = 2;
    assertThat(ids).isEqualTo(expected);
  }
}
