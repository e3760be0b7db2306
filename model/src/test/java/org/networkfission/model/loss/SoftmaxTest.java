package org.networkfission.model.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.networkfission.model.network.Task;
import org.networkfission.model.task.GroundTruth;
import org.networkfission.model.task.GroundTruths;
import org.networkfission.prep.frame.TruthKind;

/** Cross-entropy of floats, whose exponentials are a polynomial's, by exact exponentials. */
class SoftmaxTest {
  private static final int CLASSES = 14;
  private static final int HEIGHT = 31;
  private static final int WIDTH = 29;
  private static final int PIXELS = HEIGHT * WIDTH; // Three blocks and a part of one.

  /** What rounding to a float moves a number by, of itself. */
  private static final double HALF_DIGIT = 0x1p-24;

  private static List<GroundTruth> truths() {
    Random random = new Random(5);
    float[] labels = new float[PIXELS];
    for (int i = 0; i < PIXELS; i++) {
      labels[i] = random.nextInt(CLASSES);
    }
    return GroundTruths.of(
        Nd4j.createFromArray(labels).reshape(1, HEIGHT, WIDTH),
        Nd4j.zeros(1, 3, HEIGHT, WIDTH),
        Nd4j.zeros(1, 1, HEIGHT, WIDTH),
        Collections.nCopies(1, EnumSet.allOf(TruthKind.class)));
  }

  private static TaskLoss.Result loss(List<GroundTruth> truths, float[] scores) {
    INDArray prediction = Nd4j.createFromArray(scores).reshape(1, CLASSES, HEIGHT, WIDTH);
    LossOptions options = new LossOptions(CLASSES, DepthLoss.L1);
    return Task.LABELS
        .definition()
        .loss(truths, options, Normalisation.IMAGE, 1)
        .compute(prediction, 1);
  }

  /** Scores up to a size, some equal, some pixels sure, some of equal scores alone. */
  private static float[] scores(double size) {
    Random random = new Random(3);
    float[] scores = new float[CLASSES * PIXELS];
    for (int i = 0; i < PIXELS; i++) {
      for (int c = 0; c < CLASSES; c++) {
        double score = i % 7 == 0 ? 1 : i % 5 == 0 && c > 8 ? 2 : random.nextDouble(-1, 1);
        scores[c * PIXELS + i] = (float) (size * score);
      }
      scores[random.nextInt(CLASSES) * PIXELS + i] += i % 11 == 0 ? (float) (2 * size) : 0;
    }
    return scores;
  }

  /**
   * The difference of two scores is rounded to a float before its exponential is taken, so that
   * shares of next to nothing have fewer digits: 1e-6 of one in ten thousand is exact.
   */
  @ParameterizedTest
  @ValueSource(doubles = {1e-6, 0.1, 1, 10, 100})
  void lossAndGradientAreExactToSixDigits(double size) {
    List<GroundTruth> truths = truths();
    float[] scores = scores(size);
    TaskLoss.Result result = loss(truths, scores);
    float[] gradient = result.gradient().data().asFloat();
    short[] labels = truths.get(0).labels().ids();
    int valid = 0;
    for (short label : labels) {
      valid += label == 0 ? 0 : 1;
    }
    double loss = 0;
    for (int i = 0; i < PIXELS; i++) {
      double largest = Double.NEGATIVE_INFINITY;
      for (int c = 0; c < CLASSES; c++) {
        largest = Math.max(largest, scores[c * PIXELS + i]);
      }
      double sum = 0;
      double others = 0;
      for (int c = 0; c < CLASSES; c++) {
        double exponential = Math.exp(scores[c * PIXELS + i] - largest);
        sum += exponential;
        others += c == labels[i] ? 0 : exponential;
      }
      loss += labels[i] == 0 ? 0 : Math.log(sum) + largest - scores[labels[i] * PIXELS + i];
      for (int c = 0; c < CLASSES; c++) {
        double part =
            c == labels[i] ? others / sum : Math.exp(scores[c * PIXELS + i] - largest) / sum;
        double expected = labels[i] == 0 ? 0 : (c == labels[i] ? -part : part) / valid;
        double relative = 5e-7 - HALF_DIGIT * Math.log(part);
        assertThat(Math.abs(gradient[c * PIXELS + i] - expected))
            .as("pixel %d, class %d of %s: %s", i, c, labels[i], expected)
            .isLessThanOrEqualTo(relative * Math.abs(expected) + 1e-36);
      }
    }
    assertThat(Math.abs(result.loss() - loss / valid)).isLessThan(1e-7 * loss / valid);
    assertThat(result.images()[0]).isCloseTo(result.loss(), within(1e-14));
  }

  /** Whether a pixel has a class or not, and whichever class it is. */
  @ParameterizedTest
  @CsvSource({"NaN", "Infinity", "-Infinity"})
  void whatIsNotFiniteIsFound(float value) {
    List<GroundTruth> truths = truths();
    short[] labels = truths.get(0).labels().ids();
    for (int i : new int[] {0, 1, 2, 255, 256, PIXELS - 1}) {
      for (int c = 0; c < CLASSES; c++) {
        float[] scores = scores(3);
        scores[c * PIXELS + i] = value;
        TaskLoss.Result result = loss(truths, scores);
        assertThat(Double.isFinite(result.peak())).isFalse();
        if (labels[i] == 0 || value == Float.NEGATIVE_INFINITY) {
          boolean own = labels[i] == c && labels[i] != 0;
          assertThat(result.loss() == Double.POSITIVE_INFINITY).isEqualTo(own);
        } else {
          assertThat(result.loss()).isNaN();
        }
        boolean all = value != Float.NEGATIVE_INFINITY;
        for (int k = 0; k < CLASSES; k++) {
          assertThat(Float.isNaN(result.gradient().data().getFloat(k * PIXELS + i))).isEqualTo(all);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void pixelsWithoutAnyFiniteScoreAreFound(float value) {
    float[] scores = scores(3);
    for (int c = 0; c < CLASSES; c++) {
      scores[c * PIXELS + 1] = value;
    }
    TaskLoss.Result result = loss(truths(), scores);
    assertThat(result.loss()).isNaN();
    assertThat(result.gradient().data().getFloat(1)).isNaN();
  }
}
