package org.networkfission.prep.normals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.networkfission.prep.frame.DepthMap;
import org.networkfission.prep.frame.Intrinsics;
import org.networkfission.prep.frame.LabelMap;

class NormalEstimatorTest {
  private static final int WIDTH = 80;
  private static final int HEIGHT = 60;
  private static final Intrinsics CAMERA = new Intrinsics(70, 72, 39.5, 29.5);
  private static final LabelMap ONE_LABEL = Scenes.labels(WIDTH, HEIGHT, 1);

  @Test
  void sharedNormalsAreTheSameUntilTheNextFrame() {
    NormalEstimator estimator = new NormalEstimator(NormalSettings.accurate(5, List.of()));
    DepthMap first = Scenes.depth(WIDTH, HEIGHT, CAMERA, Scenes.plane(0, 0, -1, 2));
    DepthMap second = Scenes.depth(WIDTH, HEIGHT, CAMERA, Scenes.plane(0.6, 0, -0.8, 2));
    float[] shared = estimator.estimateShared(first, ONE_LABEL, CAMERA).xyz();
    assertThat(shared).isEqualTo(estimator.estimate(first, ONE_LABEL, CAMERA).xyz());
    assertThat(estimator.estimateShared(second, ONE_LABEL, CAMERA).xyz()).isSameAs(shared);
    assertThat(shared).isEqualTo(estimator.estimate(second, ONE_LABEL, CAMERA).xyz());
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 5, 10, 30})
  void recoversPlanesOfAnyOrientation(int smoothing) {
    NormalEstimator estimator = new NormalEstimator(NormalSettings.accurate(smoothing, List.of()));
    Random random = new Random(7);
    int planes = 0;
    while (planes < 40) {
      double[] n = {random.nextGaussian(), random.nextGaussian(), random.nextGaussian()};
      double length = Math.hypot(Math.hypot(n[0], n[1]), n[2]);
      double distance = 0.5 + 3 * random.nextDouble();
      DepthMap depth =
          Scenes.depth(
              WIDTH,
              HEIGHT,
              CAMERA,
              visible(
                  Scenes.plane(n[0] / length, n[1] / length, -Math.abs(n[2]) / length, distance)));
      float[] expected = {
        (float) (n[0] / length), (float) (n[1] / length), (float) (-Math.abs(n[2]) / length)
      };
      float[] normals = estimator.estimate(depth, ONE_LABEL, CAMERA).xyz();
      int seen = 0;
      for (int p = 0; p < WIDTH * HEIGHT; p++) {
        if (depth.millimetres()[p] > 0 && Angles.isValid(normals, p)) {
          seen++;
          float[] actual = {normals[3 * p], normals[3 * p + 1], normals[3 * p + 2]};
          assertThat(Angles.between(actual, expected, 0))
              .as("angle at pixel %d of plane %d", p, planes)
              .isLessThan(0.05);
        }
      }
      if (seen > 0) {
        planes++;
      }
    }
  }

  /** Surfaces end at 50 m. */
  private static Scenes.InverseDepthOf visible(Scenes.InverseDepthOf surface) {
    return (rx, ry) -> {
      double w = surface.at(rx, ry);
      return w > 0.02 ? w : 0;
    };
  }

  @ParameterizedTest
  @EnumSource
  void anImageWithoutDepthHasNoNormals(NormalMode mode) {
    NormalEstimator estimator =
        new NormalEstimator(NormalSettings.accurate(5, List.of(1)).withMode(mode));
    float[] normals =
        estimator
            .estimate(new DepthMap(WIDTH, HEIGHT, new float[WIDTH * HEIGHT]), ONE_LABEL, CAMERA)
            .xyz();
    assertThat(normals).containsOnly(0);
  }

  @Test
  void refusesLabelsOfAnotherSize() {
    assertThatThrownBy(() -> estimator().estimate(wall(), Scenes.labels(60, 80, 1), CAMERA))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot compute normals: depth is 80 x 60, labels are 60 x 80");
  }

  @Test
  void refusesAnImageSmallerThanTheWindow() {
    DepthMap small = new DepthMap(12, 9, new float[12 * 9]);
    assertThatThrownBy(() -> estimator().estimate(small, Scenes.labels(12, 9, 1), CAMERA))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot compute normals: the image of 12 x 9 pixels is smaller than the smoothing window of 10");
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, -1})
  void refusesDepthThatIsNoDepth(float value) {
    DepthMap depth = wall();
    depth.millimetres()[2 * WIDTH + 3] = value;
    assertThatThrownBy(() -> estimator().estimate(depth, ONE_LABEL, CAMERA))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot compute normals: depth at column 3, row 2 is " + value + " mm");
  }

  @Test
  void refusesACameraThatLooksPastTheImage() {
    assertThatThrownBy(
            () -> estimator().estimate(wall(), ONE_LABEL, new Intrinsics(70, 72, 200, 30)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(
            "Cannot use intrinsics cx=200.0 cy=30.0: the principal point lies outside");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.5, 1e6})
  void refusesFocalLengthsThatNoCameraHas(double focal) {
    assertThatThrownBy(
            () -> estimator().estimate(wall(), ONE_LABEL, new Intrinsics(focal, focal, 40, 30)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Cannot use intrinsics fx=" + focal)
        .hasMessageEndingWith("degrees, must be 1 to 170");
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, 0, -70})
  void refusesFocalLengthsThatAreNone(double focal) {
    assertThatThrownBy(() -> new Intrinsics(focal, 70, 40, 30))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("focal lengths must be positive and all values finite");
  }

  @Test
  void refusesAnArrayOfAnotherSize() {
    assertThatThrownBy(() -> estimator().estimate(wall(), ONE_LABEL, CAMERA, new float[5]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot compute normals of 80 x 60 pixels into an array of 5 values");
  }

  private static NormalEstimator estimator() {
    return new NormalEstimator(NormalSettings.accurate(10, List.of(1)));
  }

  private static DepthMap wall() {
    return Scenes.depth(WIDTH, HEIGHT, CAMERA, Scenes.plane(0, 0, -1, 2));
  }
}
