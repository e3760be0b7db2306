package org.networkfission.model.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.networkfission.model.input.Batch;
import org.networkfission.model.loss.LossSpec.DepthLoss;
import org.networkfission.model.loss.LossSpec.Normalisation;
import org.networkfission.model.loss.LossSpec.TaskWeights;
import org.networkfission.model.network.Task;

class TaskLossTest {
  private static final int CLASSES = 5;

  private static LossSpec spec(Normalisation normalisation, DepthLoss depthLoss) {
    TaskWeights weights = new TaskWeights(1, 0.6, 0.5);
    return new LossSpec(weights, weights, weights, depthLoss, normalisation);
  }

  /** Two images of 3 x 2 pixels; half of the second has no truth. */
  private static Batch batch() {
    float[] labels = {1, 2, 3, 4, 0, 1, 0, 0, 0, 2, 2, 1};
    float[] depth = {1, 2, 3, 0, 2, 1, 0, 0, 0, 1.5f, 2.5f, 3.5f};
    float[] normals = new float[36];
    for (int i = 0; i < 6; i++) {
      normals[i] = 0.6f;
      normals[12 + i] = -0.8f;
      normals[18 + i] = i < 3 ? 0 : 0.6f;
      normals[30 + i] = i < 3 ? 0 : -0.8f;
    }
    return new Batch(
        List.of("a", "b"),
        Nd4j.zeros(2, 3, 3, 2),
        Nd4j.createFromArray(labels).reshape(2, 3, 2),
        Nd4j.createFromArray(normals).reshape(2, 3, 3, 2),
        Nd4j.createFromArray(depth).reshape(2, 1, 3, 2));
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
    "NORMALS,REFERENCE,L1", "DEPTH,IMAGE,L1", "DEPTH,BATCH,L1", "DEPTH,IMAGE,BERHU"
  })
  void gradientIsThatOfTheLoss(Task task, Normalisation normalisation, DepthLoss kind) {
    TaskLoss loss = new TaskLoss(task, batch(), spec(normalisation, kind), CLASSES);
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

  private static boolean largestOfImage(int pixel, INDArray prediction) {
    float[] depth = batch().depth().data().asFloat();
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
    TaskLoss loss =
        new TaskLoss(Task.LABELS, batch(), spec(Normalisation.IMAGE, DepthLoss.L1), CLASSES);
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
    return new TaskLoss(Task.LABELS, batch(), spec(normalisation, DepthLoss.L1), CLASSES)
        .compute(prediction, 1)
        .loss();
  }

  @Test
  void normalsLossIsOneMinusTheCosine() {
    INDArray opposite = batch().normals().castTo(DataType.DOUBLE).mul(-3);
    TaskLoss loss =
        new TaskLoss(Task.NORMALS, batch(), spec(Normalisation.IMAGE, DepthLoss.L1), CLASSES);
    assertThat(loss.compute(opposite, 1).loss()).isCloseTo(2, within(1e-6));
    assertThat(loss.compute(opposite.neg(), 1).loss()).isCloseTo(0, within(1e-6));
  }

  @Test
  void depthLossIsInMetres() {
    INDArray above = batch().depth().castTo(DataType.DOUBLE).add(0.25);
    TaskLoss loss =
        new TaskLoss(Task.DEPTH, batch(), spec(Normalisation.IMAGE, DepthLoss.L1), CLASSES);
    assertThat(loss.compute(above, 1).loss()).isCloseTo(0.25, within(1e-6));
  }
}
