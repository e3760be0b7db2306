package org.networkfission.model.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.networkfission.model.metric.Metric;
import org.networkfission.model.network.Prediction;
import org.networkfission.model.network.Task;
import org.networkfission.model.statistics.Convention;
import org.networkfission.model.statistics.DepthStatistics;
import org.networkfission.model.task.Depth;
import org.networkfission.model.task.GroundTruth;
import org.networkfission.model.task.Labels;
import org.networkfission.model.task.Normals;
import org.networkfission.prep.frame.DepthMap;
import org.networkfission.prep.frame.LabelMap;
import org.networkfission.prep.frame.NormalMap;

class CropTest {
  private static final FrameRef FRAME = new FrameRef("random/1", 0, 0);

  private static GroundTruth truth(int width, int height, Random random) {
    int pixels = width * height;
    short[] ids = new short[pixels];
    float[] xyz = new float[3 * pixels];
    float[] metres = new float[pixels];
    for (int i = 0; i < pixels; i++) {
      ids[i] = (short) random.nextInt(4);
      xyz[3 * i + random.nextInt(3)] = 1;
      metres[i] = random.nextInt(4) == 0 ? 0 : 0.5f + random.nextInt(9000) / 1000f;
    }
    return GroundTruth.of(
        new LabelMap(width, height, ids), new NormalMap(width, height, xyz), metres);
  }

  private static Prediction prediction(GroundTruth truth, Random random) {
    float[] millimetres = truth.depth().millimetres().clone();
    for (int i = 0; i < millimetres.length; i++) {
      millimetres[i] = (millimetres[i] + 300) * (0.6f + random.nextFloat());
    }
    return new Prediction(
        Map.of(
            Task.LABELS, truth.labels(),
            Task.NORMALS, truth.normals(),
            Task.DEPTH, new DepthMap(truth.width(), truth.height(), millimetres)));
  }

  /** As published code writes it: {@code mask[45:471, 41:601] = 1} of 480 x 640. */
  @Test
  void depthIsJudgedInsideOnly() {
    Random random = new Random(3);
    GroundTruth truth = truth(640, 480, random);
    Prediction prediction = prediction(truth, random);
    float[] says = prediction.map(Task.DEPTH, DepthMap.class).orElseThrow().millimetres();
    List<SlowMetrics.DepthPixel> inside = new ArrayList<>();
    for (int row = 45; row < 471; row++) {
      for (int column = 41; column < 601; column++) {
        int i = 640 * row + column;
        if (truth.depth().millimetres()[i] > 0) {
          inside.add(new SlowMetrics.DepthPixel(truth.depth().millimetres()[i], says[i]));
        }
      }
    }
    Evaluation evaluation = new Evaluation(4, 0);

    evaluation.add(FRAME, truth, Crop.EIGEN.of(truth), prediction);

    TaskEvaluation<DepthStatistics> depth = evaluation.of(Depth.SCORING);
    Map<String, Double> expected = SlowMetrics.depth(inside, false);
    for (Metric<DepthStatistics> metric : depth.metrics()) {
      assertThat(depth.value(metric, Convention.POOLED).orElseThrow())
          .as(metric.id())
          .isCloseTo(expected.get(metric.id()), within(1e-9));
    }
    assertThat(depth.pooled().pixels()).isEqualTo(inside.size());
    assertThat(evaluation.of(Depth.ALIGNED).pooled().pixels()).isEqualTo(inside.size());
    // Labels and normals are judged everywhere, as without a crop.
    Evaluation whole = new Evaluation(4, 0);
    whole.add(FRAME, truth, prediction);
    assertThat(evaluation.of(Labels.SCORING).pooled().pixels())
        .isEqualTo(whole.of(Labels.SCORING).pooled().pixels());
    assertThat(evaluation.of(Normals.SCORING).pooled().pixels())
        .isEqualTo(whole.of(Normals.SCORING).pooled().pixels());
  }

  @ParameterizedTest
  @CsvSource({"320, 240, 21, 301, 23, 236", "768, 384, 49, 721, 36, 377"})
  void framesOfOtherSizesHaveTheSamePart(
      int width, int height, int left, int right, int top, int bottom) {
    float[] metres = new float[width * height];
    java.util.Arrays.fill(metres, 1);
    GroundTruth truth =
        GroundTruth.of(
            new LabelMap(width, height, new short[width * height]),
            new NormalMap(width, height, new float[3 * width * height]),
            metres);

    GroundTruth inside = Crop.EIGEN.of(truth);

    for (int i = 0; i < metres.length; i++) {
      boolean in = i % width >= left && i % width < right && i / width >= top && i / width < bottom;
      assertThat(inside.metres()[i]).isEqualTo(in ? 1 : 0);
      assertThat(inside.depth().millimetres()[i]).isEqualTo(in ? 1000 : 0);
    }
    assertThat(Crop.NONE.of(truth)).isSameAs(truth);
  }
}
