package org.networkfission.model.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.networkfission.model.network.Task;
import org.networkfission.model.task.GroundTruth;
import org.networkfission.model.task.GroundTruths;
import org.networkfission.prep.frame.TruthKind;

/** Images without a task's truth, among others that have it. */
class PartialTruthTest {
  private static final int CLASSES = 4;
  private static final int HEIGHT = 18;
  private static final int WIDTH = 17;
  private static final int PIXELS = HEIGHT * WIDTH;

  /** Of six images, what is known: each task lacks two or three. */
  private static final List<Set<TruthKind>> KNOWN =
      List.of(
          EnumSet.of(TruthKind.LABELS),
          EnumSet.of(TruthKind.DEPTH, TruthKind.NORMALS),
          EnumSet.of(TruthKind.NORMALS),
          EnumSet.allOf(TruthKind.class),
          EnumSet.of(TruthKind.DEPTH),
          EnumSet.of(TruthKind.LABELS, TruthKind.NORMALS));

  private static List<GroundTruth> truths(List<Set<TruthKind>> known) {
    Random random = new Random(5);
    int count = known.size();
    float[] labels = new float[count * PIXELS];
    float[] depth = new float[count * PIXELS];
    float[] normals = new float[3 * count * PIXELS];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = random.nextInt(CLASSES);
      depth[i] = random.nextInt(4) == 0 ? 0 : 1 + random.nextFloat();
    }
    for (int i = 0; i < normals.length; i++) {
      normals[i] = (float) random.nextGaussian();
    }
    return GroundTruths.of(
        Nd4j.createFromArray(labels).reshape(count, HEIGHT, WIDTH),
        Nd4j.createFromArray(normals).reshape(count, 3, HEIGHT, WIDTH),
        Nd4j.createFromArray(depth).reshape(count, 1, HEIGHT, WIDTH),
        known);
  }

  private static INDArray prediction(Task task, int images) {
    Random random = new Random(3);
    double[] values = new double[images * task.channels(CLASSES) * PIXELS];
    for (int i = 0; i < values.length; i++) {
      values[i] = 2 * random.nextGaussian();
    }
    return Nd4j.createFromArray(values).reshape(images, task.channels(CLASSES), HEIGHT, WIDTH);
  }

  private static TaskLoss.Result loss(
      Task task, List<GroundTruth> truths, INDArray prediction, Normalisation how, double share) {
    return task.definition()
        .loss(truths, new LossOptions(CLASSES, DepthLoss.BERHU), how, share)
        .compute(prediction, 1.5);
  }

  @ParameterizedTest
  @CsvSource({
    "LABELS,IMAGE", "LABELS,BATCH", "LABELS,REFERENCE", "NORMALS,IMAGE", "NORMALS,BATCH",
    "NORMALS,REFERENCE", "DEPTH,IMAGE", "DEPTH,BATCH", "DISPARITY,IMAGE", "DISPARITY,BATCH"
  })
  void anImageWithoutTruthIsAsIfItWereNotThere(Task task, Normalisation how) {
    List<GroundTruth> truths = truths(KNOWN);
    INDArray prediction = prediction(task, KNOWN.size());
    TaskLoss.Result all = loss(task, truths, prediction, how, 1);
    List<GroundTruth> there = new ArrayList<>();
    List<INDArray> outputs = new ArrayList<>();
    List<INDArray> gradients = new ArrayList<>();
    for (int i = 0; i < truths.size(); i++) {
      INDArray gradient = all.gradient().get(NDArrayIndex.interval(i, i + 1));
      if (truths.get(i).knows(task.definition().truth())) {
        there.add(truths.get(i));
        outputs.add(prediction.get(NDArrayIndex.interval(i, i + 1)));
        gradients.add(gradient);
        assertThat(all.images()[i]).isPositive();
      } else {
        assertThat(gradient.amaxNumber().doubleValue()).isZero();
        assertThat(all.images()[i]).isNaN();
      }
    }
    INDArray outputsThere = Nd4j.concat(0, outputs.toArray(INDArray[]::new));
    TaskLoss.Result only = loss(task, there, outputsThere, how, 1);
    assertThat(all.loss()).isEqualTo(only.loss());
    assertThat(Nd4j.concat(0, gradients.toArray(INDArray[]::new))).isEqualTo(only.gradient());
  }

  @ParameterizedTest
  @CsvSource({
    "LABELS,IMAGE",
    "LABELS,BATCH",
    "LABELS,REFERENCE",
    "NORMALS,IMAGE",
    "NORMALS,BATCH",
    "DEPTH,IMAGE",
    "DEPTH,REFERENCE",
    "DISPARITY,IMAGE"
  })
  void theMeanOverReplicasIsTheLossOfTheJoinedBatch(Task task, Normalisation how) {
    List<GroundTruth> truths = truths(KNOWN);
    INDArray prediction = prediction(task, KNOWN.size());
    TaskLoss.Result joined = loss(task, truths, prediction, how, 1);
    int replicas = 3; // Of two images each; the first knows no more than one of a task.
    double total = task.definition().counted(truths, how);
    double mean = 0;
    for (int r = 0; r < replicas; r++) {
      List<GroundTruth> own = truths.subList(2 * r, 2 * r + 2);
      INDArray output = prediction.get(NDArrayIndex.interval(2 * r, 2 * r + 2)).dup();
      double share = replicas * task.definition().counted(own, how) / total;
      TaskLoss.Result part = loss(task, own, output, how, share);
      mean += part.loss() / replicas;
      INDArray expected = joined.gradient().get(NDArrayIndex.interval(2 * r, 2 * r + 2));
      assertThat(part.gradient().div(replicas).sub(expected).amaxNumber().doubleValue())
          .isLessThan(1e-15);
    }
    assertThat(mean).isCloseTo(joined.loss(), within(1e-12));
  }

  @Test
  void ofNothingThereIsNoLossAndNoGradient() {
    List<GroundTruth> truths = truths(List.of(Set.of(TruthKind.DEPTH), Set.of(TruthKind.NORMALS)));
    TaskLoss.Result labels =
        loss(Task.LABELS, truths, prediction(Task.LABELS, 2), Normalisation.REFERENCE, 1);
    assertThat(labels.loss()).isZero();
    assertThat(labels.gradient().amaxNumber().doubleValue()).isZero();
  }

  @Test
  void normalsOfAFrameWithoutDepthCountWhereTheyAre() {
    List<GroundTruth> truths = truths(KNOWN);
    Target target = Task.NORMALS.definition().target(truths);
    assertThat(target.validPixels(2)).isEqualTo(PIXELS);
    assertThat(target.validPixels(1)).isBetween(PIXELS / 2, PIXELS - 1);
    assertThat(target.validPixels(4)).isZero();
  }
}
