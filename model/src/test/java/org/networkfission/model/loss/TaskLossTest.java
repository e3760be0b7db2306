package org.networkfission.model.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.networkfission.model.network.Task;
import org.networkfission.model.task.GroundTruths;

class TaskLossTest {
  private static final int CLASSES = 5;

  /** Two images of 3 x 2 pixels; half of the second has no truth. */
  private static final INDArray LABELS =
      Nd4j.createFromArray(new float[] {1, 2, 3, 4, 0, 1, 0, 0, 0, 2, 2, 1}).reshape(2, 3, 2);

  private static final INDArray DEPTH =
      Nd4j.createFromArray(new float[] {1, 2, 3, 0, 2, 1, 0, 0, 0, 1.5f, 2.5f, 3.5f})
          .reshape(2, 1, 3, 2);

  private static INDArray normals() {
    float[] normals = new float[36];
    for (int i = 0; i < 6; i++) {
      normals[i] = 0.6f;
      normals[12 + i] = -0.8f;
      normals[18 + i] = i < 3 ? 0 : 0.6f;
      normals[30 + i] = i < 3 ? 0 : -0.8f;
    }
    return Nd4j.createFromArray(normals).reshape(2, 3, 3, 2);
  }

  private static TaskLoss loss(Task task, Normalisation normalisation, DepthLoss depthLoss) {
    return task.definition()
        .loss(
            GroundTruths.of(LABELS, normals(), DEPTH),
            new LossOptions(CLASSES, depthLoss),
            normalisation,
            1);
  }

  private static INDArray prediction(Task task) {
    Random random = new Random(3);
    double[] values = new double[2 * task.channels(CLASSES) * 6];
    for (int i = 0; i < values.length; i++) {
      values[i] = 2 * random.nextGaussian();
    }
    return Nd4j.createFromArray(values).reshape(2, task.channels(CLASSES), 3, 2);
  }

  @ParameterizedTest
  @CsvSource({
    "LABELS,IMAGE,L1", "LABELS,BATCH,L1", "LABELS,REFERENCE,L1", "NORMALS,IMAGE,L1",
    "NORMALS,REFERENCE,L1", "DEPTH,IMAGE,L1", "DEPTH,BATCH,L1", "DEPTH,IMAGE,BERHU",
    "DISPARITY,IMAGE,L1", "DISPARITY,BATCH,L1"
  })
  void gradientIsThatOfTheLoss(Task task, Normalisation normalisation, DepthLoss kind) {
    TaskLoss loss = loss(task, normalisation, kind);
    INDArray prediction = prediction(task);
    TaskLoss.Result result = loss.compute(prediction, 2.5);
    double step = 1e-6;
    for (int i = 0; i < prediction.length(); i++) {
      if (kind == DepthLoss.BERHU && largestOfImage(i, prediction)) {
        // It moves the threshold, which the gradient takes as given.
        continue;
      }
      double value = prediction.data().getDouble(i);
      prediction.data().put(i, value + step);
      double above = loss.compute(prediction, 1).loss();
      prediction.data().put(i, value - step);
      double below = loss.compute(prediction, 1).loss();
      prediction.data().put(i, value);
      assertThat(result.gradient().data().getDouble(i))
          .as("element %d", i)
          .isCloseTo(2.5 * (above - below) / (2 * step), within(1e-7));
    }
  }

  @ParameterizedTest
  @CsvSource({"LABELS,L1", "NORMALS,L1", "DEPTH,L1", "DEPTH,BERHU", "DISPARITY,L1"})
  void theGradientMayTakeThePredictionsPlace(Task task, DepthLoss kind) {
    TaskLoss loss = loss(task, Normalisation.IMAGE, kind);
    for (DataType type : new DataType[] {DataType.DOUBLE, DataType.FLOAT}) {
      INDArray place = prediction(task).castTo(type).dup('c');
      TaskLoss.Result beside = loss.compute(place, 2.5);
      TaskLoss.Result inside = loss.compute(place, place, 2.5);

      assertThat(place).isEqualTo(beside.gradient());
      assertThat(inside.gradient()).isSameAs(place);
      assertThat(inside.loss()).isEqualTo(beside.loss());
      assertThat(inside.peak()).isEqualTo(beside.peak());
      assertThat(inside.images()).isEqualTo(beside.images());
    }
  }

  private static boolean largestOfImage(int pixel, INDArray prediction) {
    float[] depth = DEPTH.data().asFloat();
    for (int i = pixel / 6 * 6; i < pixel / 6 * 6 + 6; i++) {
      double difference = Math.abs(prediction.data().getDouble(i) - depth[i]);
      if (depth[i] > 0
          && difference > Math.abs(prediction.data().getDouble(pixel) - depth[pixel])) {
        return false;
      }
    }
    return depth[pixel] > 0;
  }

  @Test
  void voidCountsForNothing() {
    TaskLoss loss = loss(Task.LABELS, Normalisation.IMAGE, DepthLoss.L1);
    INDArray gradient = loss.compute(prediction(Task.LABELS), 1).gradient();
    assertThat(gradient.getDouble(0, 0, 2, 0)).isZero();
    assertThat(gradient.getDouble(1, 3, 0, 1)).isZero();
    assertThat(gradient.getDouble(0, 0, 0, 0)).isNotZero();
  }

  @Test
  void normalisationsDivideAsTheySay() {
    INDArray even = Nd4j.zeros(DataType.DOUBLE, 2, CLASSES, 3, 2);
    double one = Math.log(CLASSES);
    assertThat(labels(even, Normalisation.IMAGE)).isCloseTo(one, within(1e-12));
    assertThat(labels(even, Normalisation.BATCH)).isCloseTo(one, within(1e-12));
    assertThat(labels(even, Normalisation.REFERENCE)).isCloseTo(one * 8 / 12, within(1e-12));
  }

  private static double labels(INDArray prediction, Normalisation normalisation) {
    return loss(Task.LABELS, normalisation, DepthLoss.L1).compute(prediction, 1).loss();
  }

  @Test
  void normalsLossIsOneMinusTheCosine() {
    INDArray opposite = normals().castTo(DataType.DOUBLE).mul(-3);
    TaskLoss loss = loss(Task.NORMALS, Normalisation.IMAGE, DepthLoss.L1);
    assertThat(loss.compute(opposite, 1).loss()).isCloseTo(2, within(1e-6));
    assertThat(loss.compute(opposite.neg(), 1).loss()).isCloseTo(0, within(1e-6));
  }

  @Test
  void depthLossIsInMetres() {
    INDArray above = DEPTH.castTo(DataType.DOUBLE).add(0.25);
    TaskLoss loss = loss(Task.DEPTH, Normalisation.IMAGE, DepthLoss.L1);
    assertThat(loss.compute(above, 1).loss()).isCloseTo(0.25, within(1e-6));
  }

  @Test
  void disparityIsJudgedUpToScaleAndShift() {
    INDArray scaled = inverseDepth().mul(5).addi(2);
    INDArray exact = inverseDepth();
    TaskLoss loss = disparity();
    assertThat(loss.compute(exact, 1).loss()).isCloseTo(0, within(1e-6));
    // What is left is a quarter of the plain difference.
    assertThat(loss.compute(scaled, 1).loss()).isCloseTo(0.25 * plain(scaled), within(1e-6));
  }

  @Test
  void anOutlierOfDisparityCountsInThePlainLossAlone() {
    INDArray far = inverseDepth();
    far.putScalar(new long[] {0, 0, 1, 0}, 40);
    INDArray farther = far.dup();
    farther.putScalar(new long[] {0, 0, 1, 0}, 41);
    double gradient = disparity().compute(far, 1).gradient().getDouble(0, 0, 1, 0);
    // Of five valid pixels in one of two images; the outlier pulls at the fit, but adds nothing.
    assertThat(gradient).isCloseTo(0.25 / 5 / 2, within(1e-3));
    assertThat(plain(farther) - plain(far)).isCloseTo(1.0 / 5 / 2, within(1e-9));
  }

  @Test
  void flatDisparityHasFiniteGradients() {
    TaskLoss.Result result = disparity().compute(Nd4j.ones(DataType.DOUBLE, 2, 1, 3, 2), 1);
    assertThat(result.loss()).isFinite().isPositive();
    assertThat(result.gradient().amaxNumber().doubleValue()).isLessThan(1);
  }

  @Test
  void tellsTheLargestValuePredicted() {
    INDArray prediction = inverseDepth();
    prediction.putScalar(new long[] {1, 0, 0, 0}, -70_000);
    assertThat(disparity().compute(prediction, 1).peak()).isEqualTo(70_000);
  }

  private static TaskLoss disparity() {
    return loss(Task.DISPARITY, Normalisation.IMAGE, DepthLoss.L1);
  }

  /** 1 / depth; where there is no depth, 1. */
  private static INDArray inverseDepth() {
    double[] values = DEPTH.data().asDouble();
    for (int i = 0; i < values.length; i++) {
      values[i] = values[i] > 0 ? 1 / (float) values[i] : 1;
    }
    return Nd4j.createFromArray(values).reshape(2, 1, 3, 2);
  }

  /** The mean over the images of the mean absolute difference. */
  private static double plain(INDArray prediction) {
    float[] depth = DEPTH.data().asFloat();
    double sum = 0;
    for (int image = 0; image < 2; image++) {
      double ofImage = 0;
      int valid = 0;
      for (int i = 6 * image; i < 6 * image + 6; i++) {
        if (depth[i] > 0) {
          ofImage += Math.abs(prediction.data().getDouble(i) - 1 / depth[i]);
          valid++;
        }
      }
      sum += ofImage / valid / 2;
    }
    return sum;
  }
}
