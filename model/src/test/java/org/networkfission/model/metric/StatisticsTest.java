package org.networkfission.model.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.networkfission.model.evaluation.MultiTaskGain;
import org.networkfission.model.statistics.Convention;
import org.networkfission.model.statistics.DepthStatistics;
import org.networkfission.model.statistics.LabelStatistics;
import org.networkfission.model.statistics.NormalStatistics;
import org.networkfission.model.statistics.Statistics;
import org.networkfission.model.task.Alignment;
import org.networkfission.prep.frame.DepthMap;
import org.networkfission.prep.frame.LabelMap;
import org.networkfission.prep.frame.NormalMap;

/** Values computed by hand. */
class StatisticsTest {
  private static LabelMap labels(int... ids) {
    short[] shorts = new short[ids.length];
    for (int i = 0; i < ids.length; i++) {
      shorts[i] = (short) ids[i];
    }
    return new LabelMap(ids.length, 1, shorts);
  }

  private static DepthMap depth(float... millimetres) {
    return new DepthMap(millimetres.length, 1, millimetres);
  }

  private static NormalMap normals(double... xyz) {
    float[] floats = new float[xyz.length];
    for (int i = 0; i < xyz.length; i++) {
      floats[i] = (float) xyz[i];
    }
    return new NormalMap(xyz.length / 3, 1, floats);
  }

  private static <S extends Statistics<S>> double value(
      List<Metric<S>> metrics, String id, S statistics, Convention convention) {
    return metrics.stream()
        .filter(m -> m.id().equals(id))
        .findFirst()
        .orElseThrow()
        .value(statistics, convention)
        .orElseThrow();
  }

  @Test
  void labels() {
    // Class 1: 3 pixels, 2 found; class 2: 2 pixels, 1 found; class 3 absent but predicted once;
    // two void pixels do not count, whatever was predicted there.
    LabelStatistics statistics =
        LabelStatistics.of(
            labels(1, 1, 1, 2, 2, 0, 0), labels(1, 1, 2, 2, 3, 1, 0), depth(new float[7]), 4);

    assertThat(statistics.pixels()).isEqualTo(5);
    assertThat(statistics.present()).containsExactly(1, 2);
    assertThat(statistics.iou(1)).hasValue(2 / 3.0);
    assertThat(statistics.iou(2)).hasValue(1 / 3.0);
    assertThat(statistics.iou(3)).isEmpty();
    assertThat(statistics.accuracy(1)).hasValue(2 / 3.0);
    assertThat(statistics.accuracy(2)).hasValue(0.5);
    assertThat(value(Metrics.LABELS, "mean-iou", statistics, Convention.POOLED))
        .isCloseTo(0.5, within(1e-15));
    assertThat(value(Metrics.LABELS, "pixel-accuracy", statistics, Convention.POOLED))
        .isEqualTo(0.6);
    assertThat(value(Metrics.LABELS, "mean-class-accuracy", statistics, Convention.POOLED))
        .isCloseTo(7 / 12.0, within(1e-15));
  }

  @Test
  void refusesAClassThatDoesNotExist() {
    assertThatThrownBy(() -> LabelStatistics.of(labels(1, 4), labels(1, 1), depth(new float[2]), 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot compare labels: class 4 at column 1, row 0, there are 4 classes");
  }

  @Test
  void normals() {
    double cos30 = Math.cos(Math.toRadians(30));
    // Angles 0, 60, 30 degrees less a rounding; one without depth, one without normal.
    NormalStatistics statistics =
        NormalStatistics.of(
            normals(0, 0, -1, 0, 1, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0),
            normals(0, 0, -5, cos30, 0.5, 0, 2 * cos30, 1, 0, 0, 0, 1, 1, 0, 0),
            depth(1000, 2500, 9000, 0, 1000));

    assertThat(statistics.pixels()).isEqualTo(3);
    assertThat(value(Metrics.NORMALS, "below-11.25", statistics, Convention.POOLED))
        .isEqualTo(1 / 3.0);
    assertThat(value(Metrics.NORMALS, "mean-angle", statistics, Convention.POOLED))
        .isCloseTo(30, within(1e-5));
    assertThat(value(Metrics.NORMALS, "median-angle", statistics, Convention.POOLED))
        .isCloseTo(30, within(0.1));
    assertThat(statistics.byDistance().pixels(2)).isEqualTo(1);
    assertThat(statistics.byDistance().right(2)).isZero();
    assertThat(statistics.byDistance().right(1)).isEqualTo(1);
  }

  @Test
  void aNormalWithoutLengthIsWrongBy90Degrees() {
    NormalStatistics statistics =
        NormalStatistics.of(normals(0, 0, -1), normals(0, 0, 0), depth(1000));

    assertThat(value(Metrics.NORMALS, "mean-angle", statistics, Convention.POOLED)).isEqualTo(90);
  }

  @Test
  void depth() {
    // Ratios 1, 1.25 (on the threshold), 2; one pixel without truth.
    DepthStatistics statistics =
        DepthStatistics.of(depth(1000, 2000, 3000, 0), depth(1000, 2500, 1500, 70));

    assertThat(statistics.pixels()).isEqualTo(3);
    assertThat(value(Metrics.DEPTH, "below-1.25", statistics, Convention.POOLED))
        .isEqualTo(1 / 3.0);
    assertThat(value(Metrics.DEPTH, "below-1.25", statistics, Convention.REFERENCE))
        .isEqualTo(2 / 3.0);
    assertThat(value(Metrics.DEPTH, "below-1.25^3", statistics, Convention.POOLED))
        .isEqualTo(2 / 3.0);
    assertThat(value(Metrics.DEPTH, "rmse", statistics, Convention.POOLED))
        .isCloseTo(Math.sqrt((0.25 + 2.25) / 3), within(1e-12));
    assertThat(value(Metrics.DEPTH, "rmse-log", statistics, Convention.POOLED))
        .isCloseTo(
            Math.sqrt((Math.pow(Math.log(1.25), 2) + Math.pow(Math.log(2), 2)) / 3), within(1e-12));
    assertThat(value(Metrics.DEPTH, "abs-rel", statistics, Convention.POOLED))
        .isCloseTo((0.25 + 0.5) / 3, within(1e-12));
    assertThat(value(Metrics.DEPTH, "log10", statistics, Convention.POOLED))
        .isCloseTo((Math.log10(1.25) + Math.log10(2)) / 3, within(1e-12));
  }

  @Test
  void depthBehindTheCameraIsWrongButFinite() {
    DepthStatistics statistics = DepthStatistics.of(depth(2000), depth(-300));

    assertThat(value(Metrics.DEPTH, "below-1.25^3", statistics, Convention.POOLED)).isZero();
    assertThat(value(Metrics.DEPTH, "rmse-log", statistics, Convention.POOLED))
        .isCloseTo(Math.log(2000), within(1e-9));
  }

  @Test
  void alignmentUndoesScaleAndShiftOfDisparity() {
    DepthMap truth = depth(1000, 2000, 4000, 0, 8000);
    float[] predicted = new float[5];
    for (int i = 0; i < 5; i++) {
      double disparity = truth.millimetres()[i] == 0 ? 0.5 : 3 / truth.millimetres()[i] + 0.0005;
      predicted[i] = (float) (1 / disparity);
    }

    DepthMap aligned = Alignment.fit(truth, new DepthMap(5, 1, predicted));

    for (int i : new int[] {0, 1, 2, 4}) {
      assertThat(aligned.millimetres()[i])
          .isCloseTo(truth.millimetres()[i], within(1e-4f * truth.millimetres()[i]));
    }
  }

  @Test
  void aConstantPredictionAlignsToTheMeanDisparity() {
    DepthMap aligned = Alignment.fit(depth(1000, 3000), depth(700, 700));

    assertThat(aligned.millimetres()).containsOnly(1500);
  }

  @Test
  void gain() {
    assertThat(
            MultiTaskGain.of(
                List.of(
                    new MultiTaskGain.Change(0.55, 0.5, true),
                    new MultiTaskGain.Change(12, 10, false))))
        .hasValueCloseTo(-0.05, within(1e-12));
    assertThat(MultiTaskGain.of(List.of())).isEmpty();
  }

  @Test
  void valuesAsText() {
    assertThat(Unit.SHARE.format(0.5174)).isEqualTo("51.7 %");
    assertThat(Unit.DEGREES.format(8.26)).isEqualTo("8.3°");
    assertThat(Unit.METRES.format(0.25)).isEqualTo("0.250 m");
  }
}
