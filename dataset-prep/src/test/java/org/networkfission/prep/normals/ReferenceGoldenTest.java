package org.networkfission.prep.normals;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.networkfission.prep.frame.DepthMap;
import org.networkfission.prep.normals.grid.FlatLabels;
import org.networkfission.prep.normals.reference.ReferenceFlattening;

/**
 * Reference mode against outputs of the published program: those among the test resources, or those
 * of any folder given by {@code -Dgoldens.normals=DIR}.
 */
class ReferenceGoldenTest {
  private static final double MAX_P99_DEGREES = 0.03;

  @TestFactory
  Stream<DynamicTest> reproducesThePublishedProgram() throws Exception {
    return tests(GoldenCase.in(folder()));
  }

  @TestFactory
  Stream<DynamicTest> reproducesThePublishedProgramOnASensorFrame() throws IOException {
    Path real = Path.of("..", "..", "shared", "goldens", "real");
    if (!Files.isDirectory(real)) {
      // In a test of its own, so that it is listed as skipped.
      return Stream.of(
          DynamicTest.dynamicTest(
              "a sensor frame",
              () -> Assumptions.abort("no sensor frames: ../shared/goldens/real is absent")));
    }
    return tests(GoldenCase.in(real));
  }

  @Test
  void aFolderWithoutCasesFails(@org.junit.jupiter.api.io.TempDir Path empty) {
    org.assertj.core.api.Assertions.assertThatThrownBy(() -> GoldenCase.in(empty))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("golden cases (*.meta.json) in " + empty);
  }

  static Path folder() throws Exception {
    String given = System.getProperty("goldens.normals");
    if (given != null) {
      return Path.of(given);
    }
    URI resources = ReferenceGoldenTest.class.getResource("/goldens/normals").toURI();
    return Path.of(resources);
  }

  private static Stream<DynamicTest> tests(List<GoldenCase> cases) {
    return cases.stream()
        .flatMap(
            golden ->
                Stream.of(
                    DynamicTest.dynamicTest(golden.name() + " raw", () -> checkRaw(golden)),
                    DynamicTest.dynamicTest(
                        golden.name() + " components", () -> checkComponents(golden))));
  }

  private static void checkRaw(GoldenCase golden) throws IOException {
    ReferenceEstimator estimator = new ReferenceEstimator(golden.settings(NormalMode.REFERENCE));
    DepthMap depth = golden.depth();
    int pixels = depth.width() * depth.height();
    float[] normals = new float[3 * pixels];
    estimator.estimateRaw(depth, golden.intrinsics(), normals);

    assertSame("filled", estimator.filled(), golden.output("filled"));
    assertSame("dist", estimator.distance(), golden.output("dist"));
    float[] expected = golden.output("normals_raw");
    double[] angles = new double[pixels];
    int valid = 0;
    for (int p = 0; p < pixels; p++) {
      boolean isValid = Angles.isValid(normals, p);
      assertThat(isValid).as("validity of pixel %d", p).isEqualTo(Angles.isValid(expected, p));
      if (isValid) {
        angles[valid++] = Angles.between(normals, expected, p);
      }
    }
    if (valid > 0) {
      Arrays.sort(angles, 0, valid);
      assertThat(angles[(int) Math.ceil(0.99 * valid) - 1])
          .as("99th percentile of the angles in degrees")
          .isLessThanOrEqualTo(MAX_P99_DEGREES);
    }
  }

  private static void checkComponents(GoldenCase golden) throws IOException {
    NormalSettings settings = golden.settings(NormalMode.REFERENCE);
    ReferenceFlattening flattening =
        new ReferenceFlattening(new FlatLabels(settings.flatLabels()), settings.planarThreshold());
    int count =
        flattening.segment(
            golden.output("normals_raw"), golden.labels().ids(), golden.width(), golden.height());
    assertThat(Arrays.copyOf(flattening.components(), golden.width() * golden.height()))
        .isEqualTo(golden.segments());
    assertThat(count).isEqualTo(golden.meta().get("components").asInt());
  }

  private static void assertSame(String what, float[] actual, float[] expected) {
    long different =
        IntStream.range(0, expected.length).filter(p -> actual[p] != expected[p]).count();
    assertThat(different).as("pixels whose %s differs", what).isZero();
  }
}
