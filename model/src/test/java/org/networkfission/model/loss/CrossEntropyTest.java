package org.networkfission.model.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.networkfission.model.network.Task;
import org.networkfission.model.task.GroundTruth;
import org.networkfission.model.task.GroundTruths;
import org.networkfission.prep.frame.TruthKind;

/** Classes that count differently, and pixels of which the hardest alone count. */
class CrossEntropyTest {
  private static final int CLASSES = 4;
  private static final int HEIGHT = 19;
  private static final int WIDTH = 17;
  private static final int PIXELS = HEIGHT * WIDTH; // More than a block.
  private static final List<Double> WEIGHTS = List.of(7.0, 0.25, 3.0, 0.0);

  private static List<GroundTruth> truths(int images) {
    Random random = new Random(5);
    float[] labels = new float[images * PIXELS];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = random.nextInt(CLASSES);
    }
    return GroundTruths.of(
        Nd4j.createFromArray(labels).reshape(images, HEIGHT, WIDTH),
        Nd4j.zeros(images, 3, HEIGHT, WIDTH),
        Nd4j.zeros(images, 1, HEIGHT, WIDTH),
        Collections.nCopies(images, EnumSet.allOf(TruthKind.class)));
  }

  private static INDArray prediction(int images) {
    Random random = new Random(3);
    double[] values = new double[images * CLASSES * PIXELS];
    for (int i = 0; i < values.length; i++) {
      values[i] = 2 * random.nextGaussian();
    }
    return Nd4j.createFromArray(values).reshape(images, CLASSES, HEIGHT, WIDTH);
  }

  private static TaskLoss.Result loss(
      List<GroundTruth> truths,
      INDArray prediction,
      List<Double> weights,
      double hardest,
      Normalisation how,
      double share) {
    LossOptions options = new LossOptions(CLASSES, DepthLoss.L1, weights, hardest);
    return Task.LABELS.definition().loss(truths, options, how, share).compute(prediction, 1);
  }

  /** The losses of an image's pixels that have a class, the largest first. */
  private static double[] losses(GroundTruth truth, INDArray prediction, List<Double> weights) {
    return IntStream.range(0, PIXELS)
        .filter(p -> truth.labels().ids()[p] != 0)
        .mapToDouble(
            p -> {
              int label = truth.labels().ids()[p];
              double sum = 0;
              for (int c = 0; c < CLASSES; c++) {
                sum += Math.exp(prediction.getDouble(0, c, p / WIDTH, p % WIDTH));
              }
              double own = prediction.getDouble(0, label, p / WIDTH, p % WIDTH);
              return weights.get(label) * (Math.log(sum) - own);
            })
        .map(loss -> -loss)
        .sorted()
        .map(loss -> -loss)
        .toArray();
  }

  @ParameterizedTest
  @CsvSource({"1", "0.3", "0.01", "1e-9"})
  void theLossIsTheMeanOverTheHardestPixels(double hardest) {
    List<GroundTruth> truths = truths(1);
    INDArray prediction = prediction(1);
    double[] sorted = losses(truths.get(0), prediction, WEIGHTS);
    int kept = Math.max(1, (int) Math.ceil(hardest * sorted.length));
    double expected = Arrays.stream(sorted).limit(kept).average().orElseThrow();

    TaskLoss.Result result = loss(truths, prediction, WEIGHTS, hardest, Normalisation.IMAGE, 1);

    assertThat(result.loss()).isCloseTo(expected, within(1e-12));
    assertThat(result.images()[0]).isCloseTo(expected, within(1e-12));
    long counted =
        IntStream.range(0, PIXELS)
            .filter(p -> result.gradient().getDouble(0, 1, p / WIDTH, p % WIDTH) != 0)
            .count();
    long weightless = Arrays.stream(sorted).limit(kept).filter(loss -> loss == 0).count();
    assertThat(counted).isEqualTo(kept - weightless);
  }

  @ParameterizedTest
  @CsvSource({"IMAGE,0.2", "BATCH,0.2", "REFERENCE,0.2", "IMAGE,1", "BATCH,1", "REFERENCE,1"})
  void theGradientIsThatOfTheLoss(Normalisation how, double hardest) {
    List<GroundTruth> truths = truths(2);
    INDArray prediction = prediction(2);
    INDArray gradient = loss(truths, prediction, WEIGHTS, hardest, how, 1).gradient();
    double step = 1e-6;
    for (int i = 0; i < prediction.length(); i += 7) {
      double value = prediction.data().getDouble(i);
      prediction.data().put(i, value + step);
      double above = loss(truths, prediction, WEIGHTS, hardest, how, 1).loss();
      prediction.data().put(i, value - step);
      double below = loss(truths, prediction, WEIGHTS, hardest, how, 1).loss();
      prediction.data().put(i, value);
      assertThat(gradient.data().getDouble(i))
          .as("element %d", i)
          .isCloseTo((above - below) / (2 * step), within(1e-8));
    }
  }

  @ParameterizedTest
  @CsvSource({"IMAGE,0.2", "BATCH,0.2", "REFERENCE,1", "IMAGE,1"})
  void theMeanOverReplicasIsTheLossOfTheJoinedBatch(Normalisation how, double hardest) {
    int replicas = 3;
    List<GroundTruth> truths = truths(replicas);
    INDArray prediction = prediction(replicas);
    TaskLoss.Result joined = loss(truths, prediction, WEIGHTS, hardest, how, 1);
    double total = Task.LABELS.definition().counted(truths, how);
    double mean = 0;
    for (int r = 0; r < replicas; r++) {
      List<GroundTruth> own = truths.subList(r, r + 1);
      INDArray output = prediction.get(NDArrayIndex.interval(r, r + 1)).dup();
      double share = replicas * Task.LABELS.definition().counted(own, how) / total;
      TaskLoss.Result part = loss(own, output, WEIGHTS, hardest, how, share);
      mean += part.loss() / replicas;
      INDArray expected = joined.gradient().get(NDArrayIndex.interval(r, r + 1));
      assertThat(part.gradient().div(replicas).sub(expected).amaxNumber().doubleValue())
          .isLessThan(1e-15);
    }
    assertThat(mean).isCloseTo(joined.loss(), within(1e-12));
  }

  @Test
  void allAlikeIsToTheBitTheLossWithoutWeights() {
    List<GroundTruth> truths = truths(2);
    INDArray prediction = prediction(2);
    List<Double> ones = List.of(1.0, 1.0, 1.0, 1.0);
    TaskLoss.Result plain = loss(truths, prediction, List.of(), 1, Normalisation.IMAGE, 1);
    TaskLoss.Result weighed = loss(truths, prediction, ones, 1, Normalisation.IMAGE, 1);
    assertThat(weighed.loss()).isEqualTo(plain.loss());
    assertThat(weighed.gradient()).isEqualTo(plain.gradient());
  }

  @Test
  void equallyHardPixelsAllCount() {
    INDArray even = Nd4j.zeros(DataType.DOUBLE, 1, CLASSES, HEIGHT, WIDTH);
    TaskLoss.Result result = loss(truths(1), even, List.of(), 0.01, Normalisation.IMAGE, 1);
    assertThat(result.loss()).isCloseTo(Math.log(CLASSES), within(1e-12));
  }

  @Test
  void whatIsNotFiniteIsFound() {
    INDArray prediction = prediction(1);
    prediction.putScalar(new long[] {0, 0, 0, 0}, Double.NaN);
    prediction.putScalar(new long[] {0, 0, 0, 1}, Double.NaN);
    prediction.putScalar(new long[] {0, 0, 0, 2}, Double.NaN);
    assertThat(loss(truths(1), prediction, List.of(), 0.5, Normalisation.IMAGE, 1).loss()).isNaN();
  }

  @Test
  void eachClassHasAWeight() {
    assertThatThrownBy(() -> new LossOptions(CLASSES, DepthLoss.L1, List.of(1.0), 1))
        .hasMessage("Cannot weigh 4 classes by 1 weights");
  }
}
