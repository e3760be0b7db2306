package org.networkfission.model.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.networkfission.prep.frame.DepthMap;
import org.networkfission.prep.frame.LabelMap;
import org.networkfission.prep.frame.NormalMap;

class PredictionTest {
  @Test
  void splitsABatchIntoImages() {
    INDArray scores =
        Nd4j.createFromArray(
            new float[][][][] {
              {{{1, 0, 5}}, {{3, 0, 6}}, {{2, 1, 7}}}, {{{9, 0, 0}}, {{0, 0, 9}}, {{0, 0, 9}}}
            });
    INDArray normals =
        Nd4j.createFromArray(
            new float[][][][] {
              {{{1, 2, 3}}, {{4, 5, 6}}, {{7, 8, 9}}}, {{{0, 0, 0}}, {{0, 0, 0}}, {{0, 0, 1}}}
            });
    INDArray depth = Nd4j.createFromArray(new float[][][][] {{{{1, 2, 3}}}, {{{4, 5, 6.5f}}}});

    List<Prediction> predictions =
        Prediction.of(Map.of(Task.LABELS, scores, Task.NORMALS, normals, Task.DEPTH, depth));

    assertThat(predictions).hasSize(2);
    assertThat(predictions.get(0).map(Task.LABELS, LabelMap.class).orElseThrow().ids())
        .containsExactly(1, 2, 2);
    // Of equal scores the lower class.
    assertThat(predictions.get(1).map(Task.LABELS, LabelMap.class).orElseThrow().ids())
        .containsExactly(0, 0, 1);
    assertThat(predictions.get(0).map(Task.NORMALS, NormalMap.class).orElseThrow().xyz())
        .containsExactly(1, 4, 7, 2, 5, 8, 3, 6, 9);
    assertThat(predictions.get(1).map(Task.DEPTH, DepthMap.class).orElseThrow().millimetres())
        .containsExactly(4000, 5000, 6500);
  }

  @Test
  void saysNothingOfOtherTasks() {
    Prediction prediction = Prediction.of(Map.of(Task.DEPTH, Nd4j.zeros(1, 1, 2, 2))).get(0);

    assertThat(prediction.maps()).containsOnlyKeys(Task.DEPTH);
    assertThat(prediction.map(Task.LABELS, LabelMap.class)).isEmpty();
  }

  @Test
  void refusesScoresThatAreNoNumbers() {
    INDArray scores = Nd4j.zeros(1, 2, 1, 1).putScalar(1, Float.NaN);

    assertThatThrownBy(() -> Prediction.of(Map.of(Task.LABELS, scores)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot judge predicted labels: value 1 of 2 is NaN");
  }
}
