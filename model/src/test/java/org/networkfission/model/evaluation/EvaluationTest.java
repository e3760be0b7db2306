package org.networkfission.model.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.networkfission.model.metric.Metric;
import org.networkfission.model.metric.Metrics;
import org.networkfission.model.network.Prediction;
import org.networkfission.model.network.Task;
import org.networkfission.model.statistics.Convention;
import org.networkfission.model.statistics.DepthStatistics;
import org.networkfission.model.statistics.LabelStatistics;
import org.networkfission.model.statistics.Statistics;
import org.networkfission.model.task.Depth;
import org.networkfission.model.task.Disparity;
import org.networkfission.model.task.DisparityMap;
import org.networkfission.model.task.GroundTruth;
import org.networkfission.model.task.Labels;
import org.networkfission.model.task.Normals;
import org.networkfission.prep.frame.DepthMap;
import org.networkfission.prep.frame.LabelMap;
import org.networkfission.prep.frame.NormalMap;

class EvaluationTest {
  private static final int WIDTH = 9;
  private static final int HEIGHT = 7;
  private static final int CLASSES = 6;

  private record Case(FrameRef frame, GroundTruth truth, Prediction prediction) {}

  /** Frames with void, holes and missing normals; class 5 is predicted but never there. */
  private static List<Case> cases(int count) {
    Random random = new Random(7);
    List<Case> cases = new ArrayList<>();
    for (int f = 0; f < count; f++) {
      int pixels = WIDTH * HEIGHT;
      short[] labels = new short[pixels];
      short[] predicted = new short[pixels];
      float[] depth = new float[pixels];
      float[] predictedDepth = new float[pixels];
      float[] normals = new float[3 * pixels];
      float[] predictedNormals = new float[3 * pixels];
      for (int i = 0; i < pixels; i++) {
        labels[i] = (short) random.nextInt(CLASSES - 1);
        predicted[i] = random.nextInt(3) > 0 ? labels[i] : (short) random.nextInt(CLASSES);
        depth[i] = random.nextInt(5) == 0 ? 0 : 500 + random.nextInt(14_000);
        // Every sixth lies exactly on the first threshold.
        predictedDepth[i] =
            random.nextInt(6) == 0 ? 1.25f * depth[i] : depth[i] * (0.5f + random.nextFloat());
        boolean without = random.nextInt(8) == 0;
        for (int c = 0; c < 3; c++) {
          normals[3 * i + c] = without ? 0 : (float) random.nextGaussian();
          predictedNormals[3 * i + c] = normals[3 * i + c] + (float) (0.4 * random.nextGaussian());
        }
      }
      String key = "random/%03d".formatted(f);
      cases.add(
          new Case(
              new FrameRef(key, f, f / 3),
              truth(labels, depth, normals),
              new Prediction(
                  Map.of(
                      Task.LABELS,
                      new LabelMap(WIDTH, HEIGHT, predicted),
                      Task.NORMALS,
                      new NormalMap(WIDTH, HEIGHT, predictedNormals),
                      Task.DEPTH,
                      new DepthMap(WIDTH, HEIGHT, predictedDepth)))));
    }
    return cases;
  }

  private static GroundTruth truth(short[] labels, float[] depth, float[] normals) {
    float[] metres = new float[depth.length];
    for (int i = 0; i < depth.length; i++) {
      metres[i] = depth[i] / 1000;
    }
    return GroundTruth.of(
        new LabelMap(WIDTH, HEIGHT, labels), new NormalMap(WIDTH, HEIGHT, normals), metres);
  }

  private static Evaluation evaluate(List<Case> cases) {
    Evaluation evaluation = new Evaluation(CLASSES, 20);
    cases.forEach(c -> evaluation.add(c.frame(), c.truth(), c.prediction()));
    return evaluation;
  }

  private static <S extends Statistics<S>> void assertValues(
      TaskEvaluation<S> task, Convention convention, Map<String, Double> expected) {
    assertThat(task.metrics()).extracting(Metric::id).containsExactlyElementsOf(expected.keySet());
    for (Metric<S> metric : task.metrics()) {
      // The median is read from a histogram.
      double tolerance = metric.id().equals("median-angle") ? 0.5 : 1e-12;
      assertThat(task.value(metric, convention).orElseThrow())
          .as("%s %s", convention, metric.id())
          .isCloseTo(expected.get(metric.id()), within(tolerance));
    }
  }

  private static List<SlowMetrics.LabelPixel> labelPixels(Case c) {
    List<SlowMetrics.LabelPixel> pixels = new ArrayList<>();
    short[] predicted = c.prediction().map(Task.LABELS, LabelMap.class).orElseThrow().ids();
    for (int i = 0; i < predicted.length; i++) {
      pixels.add(new SlowMetrics.LabelPixel(c.truth().labels().ids()[i], predicted[i]));
    }
    return pixels;
  }

  private static List<Double> angles(Case c) {
    List<Double> angles = new ArrayList<>();
    float[] truth = c.truth().normals().xyz();
    float[] predicted = c.prediction().map(Task.NORMALS, NormalMap.class).orElseThrow().xyz();
    for (int i = 0; i < truth.length; i += 3) {
      if (c.truth().depth().millimetres()[i / 3] > 0 && truth[i] != 0) {
        double[] a = {truth[i], truth[i + 1], truth[i + 2]};
        double[] b = {predicted[i], predicted[i + 1], predicted[i + 2]};
        double[] cross = {
          a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]
        };
        double sine = Math.hypot(Math.hypot(cross[0], cross[1]), cross[2]);
        angles.add(Math.toDegrees(Math.atan2(sine, a[0] * b[0] + a[1] * b[1] + a[2] * b[2])));
      }
    }
    return angles;
  }

  private static Map<String, Double> labels(List<Case> cases) {
    Map<String, Double> values =
        SlowMetrics.labels(cases.stream().flatMap(c -> labelPixels(c).stream()).toList());
    values.put(
        "boundary-f1",
        SlowBoundaries.f1(
            cases.stream()
                .map(
                    c ->
                        SlowBoundaries.ofLabels(
                            c.truth().labels(),
                            c.prediction().map(Task.LABELS, LabelMap.class).orElseThrow()))
                .toList()));
    return values;
  }

  private static Map<String, Double> normals(List<Case> cases, boolean inclusive) {
    Map<String, Double> values =
        SlowMetrics.normals(cases.stream().flatMap(c -> angles(c).stream()).toList(), inclusive);
    values.put(
        "boundary-f1",
        SlowBoundaries.f1(
            cases.stream()
                .map(
                    c ->
                        SlowBoundaries.ofNormals(
                            c.truth().normals(),
                            c.prediction().map(Task.NORMALS, NormalMap.class).orElseThrow(),
                            c.truth().depth()))
                .toList()));
    return values;
  }

  private static List<SlowMetrics.DepthPixel> depthPixels(Case c) {
    List<SlowMetrics.DepthPixel> pixels = new ArrayList<>();
    float[] truth = c.truth().depth().millimetres();
    for (int i = 0; i < truth.length; i++) {
      if (truth[i] > 0) {
        pixels.add(
            new SlowMetrics.DepthPixel(
                truth[i],
                c.prediction().map(Task.DEPTH, DepthMap.class).orElseThrow().millimetres()[i]));
      }
    }
    return pixels;
  }

  @Test
  void agreesWithAnIndependentImplementation() {
    List<Case> cases = cases(40);
    Evaluation evaluation = evaluate(cases);

    assertValues(evaluation.of(Labels.SCORING), Convention.POOLED, labels(cases));
    assertValues(
        evaluation.of(Labels.SCORING),
        Convention.PER_FRAME,
        SlowMetrics.mean(cases.stream().map(c -> labels(List.of(c))).toList()));
    assertValues(evaluation.of(Normals.SCORING), Convention.POOLED, normals(cases, false));
    assertValues(
        evaluation.of(Normals.SCORING),
        Convention.PER_FRAME,
        SlowMetrics.mean(cases.stream().map(c -> normals(List.of(c), true)).toList()));
    assertValues(
        evaluation.of(Depth.SCORING),
        Convention.POOLED,
        SlowMetrics.depth(cases.stream().flatMap(c -> depthPixels(c).stream()).toList(), false));
    assertValues(
        evaluation.of(Depth.SCORING),
        Convention.PER_FRAME,
        SlowMetrics.mean(
            cases.stream().map(c -> SlowMetrics.depth(depthPixels(c), true)).toList()));
  }

  /** Batches of 16, 16 and 8 frames, each figure from the batch's pixels; mIoU of all. */
  @Test
  void theReferenceIsTheAuthorsFormulaOverUnevenBatches() {
    List<Case> cases = cases(40);
    Evaluation evaluation = evaluate(cases);
    List<List<Case>> batches =
        List.of(cases.subList(0, 16), cases.subList(16, 32), cases.subList(32, 40));

    Map<String, Double> labels =
        SlowMetrics.mean(batches.stream().map(EvaluationTest::labels).toList());
    Map<String, Double> whole = labels(cases);
    labels.put("mean-iou", whole.get("mean-iou") * 4 / 5); // Class 5 is never there.
    assertValues(evaluation.of(Labels.SCORING), Convention.REFERENCE, labels);
    assertValues(
        evaluation.of(Normals.SCORING),
        Convention.REFERENCE,
        SlowMetrics.mean(batches.stream().map(b -> normals(b, true)).toList()));
    Map<String, Double> depth =
        SlowMetrics.mean(
            batches.stream()
                .map(b -> b.stream().flatMap(c -> depthPixels(c).stream()).toList())
                .map(pixels -> SlowMetrics.depth(pixels, true))
                .toList());
    depth.put(
        "abs-rel",
        batches.stream()
            .mapToDouble(
                b ->
                    b.stream()
                        .flatMap(c -> depthPixels(c).stream())
                        .mapToDouble(p -> Math.abs(p.predicted() - p.truth()) / p.predicted())
                        .average()
                        .orElseThrow())
            .average()
            .orElseThrow());
    assertValues(evaluation.of(Depth.SCORING), Convention.REFERENCE, depth);
  }

  /** Seventeen frames of one measured pixel each: by hand. */
  @Test
  void theReferenceByHand() {
    Evaluation evaluation = new Evaluation(CLASSES, 0);
    for (int f = 0; f < 17; f++) {
      short[] labels = new short[WIDTH * HEIGHT];
      short[] predicted = new short[WIDTH * HEIGHT];
      float[] depth = new float[WIDTH * HEIGHT];
      float[] predictedDepth = new float[WIDTH * HEIGHT];
      labels[0] = (short) (f < 8 ? 1 : 2);
      predicted[0] = 1;
      depth[0] = 1000;
      predictedDepth[0] = f == 16 ? 2000 : f < 4 ? 1250 : 4000;
      evaluation.add(
          new FrameRef("hand/%02d".formatted(f), f, 0),
          truth(labels, depth, new float[3 * WIDTH * HEIGHT]),
          new Prediction(
              Map.of(
                  Task.LABELS,
                  new LabelMap(WIDTH, HEIGHT, predicted),
                  Task.DEPTH,
                  new DepthMap(WIDTH, HEIGHT, predictedDepth))));
    }
    // Of the first batch 4 of 16 are within 1.25, on it, of the second none of one.
    assertThat(reference(evaluation.of(Depth.SCORING), "below-1.25")).isEqualTo((4.0 / 16 + 0) / 2);
    // |z - y| / z is 0.2 four times, 0.75 twelve times, then 0.5.
    assertThat(reference(evaluation.of(Depth.SCORING), "abs-rel"))
        .isCloseTo((0.2 * 4 / 16 + 0.75 * 12 / 16 + 0.5) / 2, within(1e-12));
    assertThat(reference(evaluation.of(Depth.SCORING), "rmse"))
        .isCloseTo((Math.sqrt((4 * 0.0625 + 12 * 9.0) / 16) + 1) / 2, within(1e-12));
    // Class 1 has 8 of 17 pixels, class 2 none of its 9, classes 3 to 5 are not there.
    assertThat(reference(evaluation.of(Labels.SCORING), "mean-iou"))
        .isCloseTo(8.0 / 17 / 5, within(1e-12));
    assertThat(reference(evaluation.of(Labels.SCORING), "pixel-accuracy"))
        .isEqualTo((8.0 / 16 + 0) / 2);
  }

  private static <S extends Statistics<S>> double reference(TaskEvaluation<S> task, String id) {
    Metric<S> metric =
        task.metrics().stream().filter(m -> m.id().equals(id)).findFirst().orElseThrow();
    return task.value(metric, Convention.REFERENCE).orElseThrow();
  }

  @Test
  void theConventionsDiffer() {
    Evaluation evaluation = evaluate(cases(40));
    Metric<DepthStatistics> first = Metrics.DEPTH.get(0);

    double pooled = evaluation.of(Depth.SCORING).value(first, Convention.POOLED).orElseThrow();
    double reference =
        evaluation.of(Depth.SCORING).value(first, Convention.REFERENCE).orElseThrow();

    // Those exactly on the threshold count in the reference alone.
    assertThat(reference).isGreaterThan(pooled + 0.1);
  }

  @Test
  void neitherOrderNorGroupingChangesABit() throws IOException {
    List<Case> cases = cases(30);
    byte[] whole = bytes(evaluate(cases));
    for (int parts : new int[] {2, 3, 7}) {
      List<Case> shuffled = new ArrayList<>(cases);
      Collections.shuffle(shuffled, new Random(parts));
      Evaluation merged = new Evaluation(CLASSES, 20);
      for (int p = 0; p < parts; p++) {
        int from = p * shuffled.size() / parts;
        int to = (p + 1) * shuffled.size() / parts;
        merged.add(evaluate(shuffled.subList(from, to)));
      }
      assertThat(values(merged)).isEqualTo(values(evaluate(cases)));
    }
    assertThat(bytes(evaluate(cases))).isEqualTo(whole);
  }

  /** Everything that a report shows, as text with all digits. */
  private static List<String> values(Evaluation evaluation) {
    List<String> values = new ArrayList<>();
    evaluation.scorings().forEach((name, task) -> addValues(values, name, task));
    for (int c = 0; c < CLASSES; c++) {
      for (int p = 0; p < CLASSES; p++) {
        values.add(Long.toString(evaluation.of(Labels.SCORING).pooled().confusion(c, p)));
      }
    }
    return values;
  }

  private static <S extends Statistics<S>> void addValues(
      List<String> values, String name, TaskEvaluation<S> task) {
    values.add(name + task.frames() + " " + task.pooled().pixels());
    for (Metric<S> metric : task.metrics()) {
      for (Convention convention : Convention.values()) {
        values.add(metric.id() + task.value(metric, convention));
      }
      for (double value : task.bootstrap().values(metric)) {
        values.add(Double.toString(value));
      }
    }
    values.add(task.ranking().best(3).toString());
    values.add(task.ranking().median(3).toString());
    values.add(task.ranking().worst(3).toString());
  }

  private static byte[] bytes(Evaluation evaluation) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(evaluation);
    }
    return bytes.toByteArray();
  }

  @Test
  void aPerfectPredictionScoresPerfect() {
    Evaluation evaluation = new Evaluation(CLASSES, 0);
    for (Case c : cases(3)) {
      evaluation.add(
          c.frame(),
          c.truth(),
          new Prediction(
              Map.of(
                  Task.LABELS,
                  c.truth().labels(),
                  Task.NORMALS,
                  c.truth().normals(),
                  Task.DEPTH,
                  c.truth().depth(),
                  Task.DISPARITY,
                  disparity(c.truth().depth(), 3, -0.5f))));
    }

    for (Convention convention : Convention.values()) {
      assertPerfect(evaluation.of(Labels.SCORING), convention);
      assertPerfect(evaluation.of(Normals.SCORING), convention);
      assertPerfect(evaluation.of(Depth.SCORING), convention);
      assertPerfect(evaluation.of(Depth.ALIGNED), convention);
      assertPerfect(evaluation.of(Disparity.SCORING), convention);
    }
  }

  /** Inverse depth in 1/metres, scaled and shifted. */
  private static DisparityMap disparity(DepthMap depth, float scale, float shift) {
    float[] values = new float[depth.millimetres().length];
    for (int i = 0; i < values.length; i++) {
      values[i] = depth.millimetres()[i] > 0 ? scale * 1000 / depth.millimetres()[i] + shift : 0;
    }
    return new DisparityMap(depth.width(), depth.height(), values);
  }

  private static <S extends Statistics<S>> void assertPerfect(
      TaskEvaluation<S> task, Convention convention) {
    for (Metric<S> metric : task.metrics()) {
      double perfect = metric.higherIsBetter() ? 1 : 0;
      if (convention == Convention.REFERENCE && metric.id().equals("mean-iou")) {
        perfect = 4.0 / 5; // Class 5 is never there.
      }
      // The median is known to 0.1 degrees; acos near 1 and float depth round.
      double tolerance =
          switch (metric.unit()) {
            case DEGREES -> 0.1;
            case METRES, NUMBER -> 1e-5;
            case SHARE -> 0;
          };
      assertThat(task.value(metric, convention).orElseThrow())
          .as(metric.id())
          .isCloseTo(perfect, within(tolerance));
    }
  }

  @Test
  void aTaskWithoutTruthIsAbsent() {
    Evaluation evaluation = new Evaluation(CLASSES, 5);
    int pixels = WIDTH * HEIGHT;
    float[] depth = new float[pixels];
    depth[0] = 1000;
    Case any = cases(1).get(0);
    evaluation.add(
        any.frame(), truth(new short[pixels], depth, new float[3 * pixels]), any.prediction());

    assertThat(evaluation.scorings()).containsOnlyKeys("depth", "aligned-depth");
    assertThat(evaluation.of(Labels.SCORING).value(Metrics.LABELS.get(0), Convention.POOLED))
        .isEmpty();
    assertThat(evaluation.of(Normals.SCORING).value(Metrics.NORMALS.get(0), Convention.REFERENCE))
        .isEmpty();
  }

  @Test
  void refusesPredictionsThatAreNoNumbers() {
    Case any = cases(1).get(0);
    float[] depth = new float[WIDTH * HEIGHT];
    depth[4] = Float.NaN;

    assertThatThrownBy(
            () ->
                new Evaluation(CLASSES, 0)
                    .add(
                        any.frame(),
                        any.truth(),
                        new Prediction(Map.of(Task.DEPTH, new DepthMap(WIDTH, HEIGHT, depth)))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot evaluate frame random/000: Cannot judge predicted depth: value 4 of 63 is NaN");
  }

  @Test
  void refusesPredictionsOfAnotherSize() {
    Case any = cases(1).get(0);

    assertThatThrownBy(
            () ->
                new Evaluation(CLASSES, 0)
                    .add(
                        any.frame(),
                        any.truth(),
                        new Prediction(Map.of(Task.LABELS, new LabelMap(1, 2, new short[2])))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot evaluate frame random/000: Cannot compare labels: the truth has 9 x 7 pixels,"
                + " not 1 x 2");
  }

  @Test
  void theIntervalHoldsTheValue() {
    Evaluation evaluation = new Evaluation(CLASSES, 200);
    cases(60).forEach(c -> evaluation.add(c.frame(), c.truth(), c.prediction()));
    Metric<LabelStatistics> accuracy = Metrics.LABELS.get(1);

    double value = evaluation.of(Labels.SCORING).value(accuracy, Convention.POOLED).orElseThrow();
    Interval interval =
        Bootstrap.interval(evaluation.of(Labels.SCORING).bootstrap().values(accuracy))
            .orElseThrow();

    // 60 frames of about 50 judged pixels, right with probability 0.72: standard error 0.008.
    assertThat(interval.low()).isBetween(value - 0.03, value - 0.005);
    assertThat(interval.high()).isBetween(value + 0.005, value + 0.03);
  }
}
