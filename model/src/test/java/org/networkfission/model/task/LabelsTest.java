package org.networkfission.model.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelsTest {
  @ParameterizedTest
  @CsvSource({"1, 1", "2, 255", "14, 256", "14, 257", "3, 1000"})
  void theConfidenceIsTheSoftmaxOfTheHighestScore(int classes, int pixels) {
    Random random = new Random(1);
    float[] planes = new float[classes * pixels];
    for (int i = 0; i < planes.length; i++) {
      planes[i] = (float) (4 * random.nextGaussian());
    }
    byte[] confidence = Labels.confidence(planes, pixels);
    assertThat(confidence).hasSize(pixels);
    for (int i = 0; i < pixels; i++) {
      double highest = Double.NEGATIVE_INFINITY;
      double sum = 0;
      for (int c = 0; c < classes; c++) {
        highest = Math.max(highest, planes[c * pixels + i]);
      }
      for (int c = 0; c < classes; c++) {
        sum += Math.exp(planes[c * pixels + i] - highest);
      }
      assertThat(confidence[i] & 0xff).isEqualTo((int) Math.round(255 / sum));
    }
  }
}
