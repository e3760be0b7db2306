package org.networkfission.prep.normals;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.networkfission.prep.frame.DepthMap;
import org.networkfission.prep.frame.Intrinsics;
import org.networkfission.prep.frame.LabelMap;
import org.networkfission.prep.normals.trial.Accuracy;
import org.networkfission.prep.normals.trial.SensorNoise;
import org.networkfission.prep.normals.trial.TrialScene;
import org.networkfission.prep.normals.trial.TrialScene.View;

class AccurateModeTest {
  private static final int WIDTH = 160;
  private static final int SMOOTHING = 10;

  @ParameterizedTest
  @EnumSource(TrialScene.class)
  void isExactOnCleanScenes(TrialScene scene) {
    View view = scene.render(WIDTH);
    Accuracy accuracy = accuracy(settings(), view, view.depth());
    // Stairs are a few pixels high at this size.
    double allowed = scene == TrialScene.STEPS ? 4 : 1;
    assertThat(accuracy.meanDegrees()).isLessThan(allowed);
    assertThat(accuracy.coverage()).isGreaterThan(0.99);
  }

  @Test
  void isTwiceAsAccurateAsTheReferenceOnNoisyPlanesWithHoles() {
    double accurate = 0;
    double reference = 0;
    for (TrialScene scene : TrialScene.values()) {
      if (scene.kind() == TrialScene.Kind.PLANAR) {
        View view = scene.render(WIDTH);
        SensorNoise noise = new SensorNoise(3);
        DepthMap depth = noise.withHoles(noise.noisy(view.depth()), 0.12);
        Accuracy own = accuracy(settings(), view, depth);
        accurate += own.meanDegrees();
        reference += accuracy(settings().withMode(NormalMode.REFERENCE), view, depth).meanDegrees();
        assertThat(own.coverage()).as("coverage of %s", scene).isGreaterThan(0.99);
      }
    }
    assertThat(accurate).isLessThanOrEqualTo(reference / 2);
  }

  @ParameterizedTest
  @EnumSource(TrialScene.class)
  void normalsAreUnitVectorsThatFaceTheCamera(TrialScene scene) {
    View view = scene.render(WIDTH);
    SensorNoise noise = new SensorNoise(4);
    float[] normals = estimate(view, noise.withHoles(noise.noisy(view.depth()), 0.12));
    for (int p = 0; p < normals.length / 3; p++) {
      if (Angles.isValid(normals, p)) {
        double x = normals[3 * p];
        double y = normals[3 * p + 1];
        double z = normals[3 * p + 2];
        assertThat(Math.sqrt(x * x + y * y + z * z)).isBetween(0.99999, 1.00001);
        double rx = (p % WIDTH - view.intrinsics().cx()) / view.intrinsics().fx();
        double ry = (view.intrinsics().cy() - Math.floorDiv(p, WIDTH)) / view.intrinsics().fy();
        assertThat(x * rx + y * ry + z).isNegative();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(TrialScene.class)
  void mirroringAndTurningTheImageDoesTheSameToItsNormals(TrialScene scene) {
    View view = scene.render(WIDTH);
    float[] normals = estimate(view, view.depth());
    assertAgree(estimate(mirrored(view), mirrored(view).depth()), mirrored(normals), 0.99);
    View turned = turned(view);
    assertAgree(estimate(turned, turned.depth()), turned(normals, view), 0.99);
  }

  @ParameterizedTest
  @EnumSource(TrialScene.class)
  void scalingDepthLeavesNormals(TrialScene scene) {
    View view = scene.renderExactly(WIDTH);
    float[] doubled = view.depth().millimetres().clone();
    for (int p = 0; p < doubled.length; p++) {
      doubled[p] *= 2;
    }
    DepthMap depth = new DepthMap(WIDTH, view.depth().height(), doubled);
    assertAgree(estimate(view, depth), estimate(view, view.depth()), 0.98);
  }

  @Test
  void depthInventedFarFromMeasurementsHasNoNormal() {
    View view = TrialScene.PLANE_TILT.render(WIDTH);
    float[] millimetres = view.depth().millimetres().clone();
    for (int y = 40; y < 80; y++) {
      Arrays.fill(millimetres, y * WIDTH + 60, y * WIDTH + 100, 0);
    }
    DepthMap depth = new DepthMap(WIDTH, view.depth().height(), millimetres);
    float[] normals = estimate(view, depth);
    assertThat(Angles.isValid(normals, 42 * WIDTH + 80)).isTrue();
    assertThat(Angles.between(normals, view.normals().xyz(), 42 * WIDTH + 80)).isLessThan(0.5);
    assertThat(Angles.isValid(normals, 43 * WIDTH + 80)).isFalse();
    assertThat(Angles.isValid(normals, 60 * WIDTH + 80)).isFalse();
  }

  @Test
  void aPlanarSurfaceWithAFlatLabelHasOneNormal() {
    View view = TrialScene.CORNER.render(WIDTH);
    DepthMap depth = new SensorNoise(5).noisy(view.depth());
    float[] normals = estimate(view, depth);
    int left = 60 * WIDTH + 10;
    int right = 60 * WIDTH + 150;
    for (int y = 5; y < 115; y++) {
      for (int x = 5; x < 40; x++) {
        assertThat(Angles.between(normals, y * WIDTH + x, normals, left)).isLessThan(0.001);
        assertThat(Angles.between(normals, y * WIDTH + WIDTH - 1 - x, normals, right))
            .isLessThan(0.001);
      }
    }
    assertThat(Angles.between(normals, left, normals, right)).isBetween(79.0, 91.0);
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 10, 30})
  void allocatesNothingInTheSteadyState(int smoothing) {
    View view = TrialScene.ROOM.render(WIDTH);
    SensorNoise noise = new SensorNoise(6);
    DepthMap depth = noise.withHoles(noise.noisy(view.depth()), 0.12);
    for (NormalMode mode : NormalMode.values()) {
      NormalEstimator estimator =
          new NormalEstimator(
              NormalSettings.accurate(smoothing, TrialScene.FLAT_LABELS).withMode(mode));
      float[] xyz = new float[3 * WIDTH * depth.height()];
      for (int i = 0; i < 3; i++) {
        estimator.estimate(depth, view.labels(), view.intrinsics(), xyz);
      }
      long before = allocated();
      for (int i = 0; i < 10; i++) {
        estimator.estimate(depth, view.labels(), view.intrinsics(), xyz);
      }
      // The bound leaves room for the measurement's own few objects.
      assertThat(allocated() - before).as("bytes in %s mode", mode).isLessThan(4096);
    }
  }

  @Test
  void theFrameBeforeChangesNothing() {
    View room = TrialScene.ROOM.render(WIDTH);
    SensorNoise noise = new SensorNoise(8);
    DepthMap noisy = noise.withHoles(noise.noisy(room.depth()), 0.12);
    View stairs = TrialScene.STEPS.render(WIDTH);
    DepthMap noisyStairs = noise.noisy(stairs.depth());
    NormalEstimator estimator = new NormalEstimator(settings());
    float[] first = estimator.estimate(noisy, room.labels(), room.intrinsics()).xyz();
    estimator.estimate(noisyStairs, stairs.labels(), stairs.intrinsics());

    assertThat(estimator.estimate(noisy, room.labels(), room.intrinsics()).xyz()).isEqualTo(first);
  }

  @Test
  void creasesThatDrownInNoiseEndSurfaces() {
    View view = TrialScene.STEPS.render(2 * WIDTH);
    DepthMap depth = new SensorNoise(9).noisy(view.depth());
    // Without them the slopes of treads and risers run into each other: 13 degrees.
    assertThat(accuracy(settings(), view, depth).meanDegrees()).isLessThan(6);
  }

  @Test
  void needsLessThan64MegabytesForAnImageOf640By480() {
    View view = TrialScene.ROOM.render(640);
    DepthMap depth = new SensorNoise(7).withHoles(view.depth(), 0.1);
    float[] xyz = new float[3 * 640 * 480];
    for (int smoothing : new int[] {10, 30}) {
      long before = allocated();
      NormalEstimator estimator =
          new NormalEstimator(NormalSettings.accurate(smoothing, TrialScene.FLAT_LABELS));
      estimator.estimate(depth, view.labels(), view.intrinsics(), xyz);
      assertThat(allocated() - before).isLessThan(64L << 20);
    }
  }

  private static long allocated() {
    return ((com.sun.management.ThreadMXBean)
            java.lang.management.ManagementFactory.getThreadMXBean())
        .getThreadAllocatedBytes(Thread.currentThread().getId());
  }

  private static NormalSettings settings() {
    return NormalSettings.accurate(SMOOTHING, TrialScene.FLAT_LABELS);
  }

  private static Accuracy accuracy(NormalSettings settings, View view, DepthMap depth) {
    return Accuracy.of(
        new NormalEstimator(settings).estimate(depth, view.labels(), view.intrinsics()),
        view.normals(),
        depth);
  }

  private static float[] estimate(View view, DepthMap depth) {
    return new NormalEstimator(settings()).estimate(depth, view.labels(), view.intrinsics()).xyz();
  }

  /** Asserts that a share of the pixels have normals within one degree. */
  private static void assertAgree(float[] actual, float[] expected, double share) {
    int count = 0;
    int close = 0;
    for (int p = 0; p < expected.length / 3; p++) {
      if (Angles.isValid(expected, p)) {
        count++;
        close += Angles.isValid(actual, p) && Angles.between(actual, expected, p) < 1 ? 1 : 0;
      }
    }
    assertThat((double) close / count).isGreaterThan(share);
  }

  private static View mirrored(View view) {
    int height = view.depth().height();
    float[] depth = new float[WIDTH * height];
    short[] labels = new short[WIDTH * height];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < WIDTH; x++) {
        depth[y * WIDTH + x] = view.depth().millimetres()[y * WIDTH + WIDTH - 1 - x];
        labels[y * WIDTH + x] = view.labels().ids()[y * WIDTH + WIDTH - 1 - x];
      }
    }
    Intrinsics k = view.intrinsics();
    return new View(
        new Intrinsics(k.fx(), k.fy(), WIDTH - 1 - k.cx(), k.cy()),
        new DepthMap(WIDTH, height, depth),
        new LabelMap(WIDTH, height, labels),
        view.normals());
  }

  private static float[] mirrored(float[] normals) {
    float[] result = new float[normals.length];
    for (int p = 0; p < normals.length / 3; p++) {
      int q = p - p % WIDTH + WIDTH - 1 - p % WIDTH;
      result[3 * p] = -normals[3 * q];
      result[3 * p + 1] = normals[3 * q + 1];
      result[3 * p + 2] = normals[3 * q + 2];
    }
    return result;
  }

  /** Turned by 180 degrees: what was up and left is down and right. */
  private static View turned(View view) {
    int pixels = view.depth().millimetres().length;
    float[] depth = new float[pixels];
    short[] labels = new short[pixels];
    for (int p = 0; p < pixels; p++) {
      depth[p] = view.depth().millimetres()[pixels - 1 - p];
      labels[p] = view.labels().ids()[pixels - 1 - p];
    }
    Intrinsics k = view.intrinsics();
    int height = view.depth().height();
    return new View(
        new Intrinsics(k.fx(), k.fy(), WIDTH - 1 - k.cx(), height - 1 - k.cy()),
        new DepthMap(WIDTH, height, depth),
        new LabelMap(WIDTH, height, labels),
        view.normals());
  }

  private static float[] turned(float[] normals, View view) {
    int pixels = view.depth().millimetres().length;
    float[] result = new float[normals.length];
    for (int p = 0; p < pixels; p++) {
      int q = pixels - 1 - p;
      result[3 * p] = -normals[3 * q];
      result[3 * p + 1] = -normals[3 * q + 1];
      result[3 * p + 2] = normals[3 * q + 2];
    }
    return result;
  }
}
