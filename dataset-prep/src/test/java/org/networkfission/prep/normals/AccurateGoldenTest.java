package org.networkfission.prep.normals;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.networkfission.prep.frame.DepthMap;

/** Accurate mode against the exact normals of the golden scenes, beside the published program's. */
class AccurateGoldenTest {
  private static final double MIN_COVERAGE = 0.99;
  private static final double MAX_CURVED_DEGREES = 1.0;

  @TestFactory
  Stream<DynamicTest> coversWhatWasMeasured() throws Exception {
    return GoldenCase.in(ReferenceGoldenTest.folder()).stream()
        .map(golden -> DynamicTest.dynamicTest(golden.name(), () -> checkCoverage(golden)));
  }

  @TestFactory
  Stream<DynamicTest> halvesTheErrorOfThePublishedProgram() throws Exception {
    Map<String, List<GoldenCase>> variants = new TreeMap<>();
    for (GoldenCase golden : GoldenCase.in(ReferenceGoldenTest.folder())) {
      boolean planar = !golden.scene().startsWith("sphere") && !golden.scene().startsWith("cyl");
      if (golden.hasTruth() && planar) {
        variants.merge(
            golden.name().substring(golden.scene().length() + 1),
            List.of(golden),
            (a, b) -> Stream.concat(a.stream(), b.stream()).toList());
      }
    }
    return variants.entrySet().stream()
        .map(v -> DynamicTest.dynamicTest("planar " + v.getKey(), () -> checkHalf(v.getValue())));
  }

  @TestFactory
  Stream<DynamicTest> keepsCurvedSurfacesCurved() throws Exception {
    return GoldenCase.in(ReferenceGoldenTest.folder()).stream()
        .filter(golden -> golden.hasTruth() && golden.name().contains(".clean."))
        .filter(golden -> golden.scene().startsWith("sphere") || golden.scene().startsWith("cyl"))
        .map(
            golden ->
                DynamicTest.dynamicTest(
                    golden.name(),
                    () ->
                        assertThat(error(golden, NormalMode.ACCURATE))
                            .isLessThanOrEqualTo(MAX_CURVED_DEGREES)));
  }

  private static void checkCoverage(GoldenCase golden) throws Exception {
    DepthMap depth = golden.depth();
    float[] normals = estimate(golden, NormalMode.ACCURATE);
    int measured = 0;
    int covered = 0;
    for (int p = 0; p < depth.millimetres().length; p++) {
      if (depth.millimetres()[p] > 0) {
        measured++;
        covered += Angles.isValid(normals, p) ? 1 : 0;
      }
    }
    assertThat((double) covered / measured).isGreaterThanOrEqualTo(MIN_COVERAGE);
  }

  private static void checkHalf(List<GoldenCase> cases) throws Exception {
    double accurate = 0;
    double reference = 0;
    for (GoldenCase golden : cases) {
      accurate += error(golden, NormalMode.ACCURATE);
      reference += error(golden, NormalMode.REFERENCE);
    }
    assertThat(accurate).isLessThanOrEqualTo(reference / 2);
  }

  /**
   * The mean angle in degrees over the pixels that have a normal in the truth and in the result.
   */
  private static double error(GoldenCase golden, NormalMode mode) throws Exception {
    float[] truth = golden.truth();
    float[] normals = estimate(golden, mode);
    double sum = 0;
    int count = 0;
    for (int p = 0; p < truth.length / 3; p++) {
      if (Angles.isValid(truth, p) && Angles.isValid(normals, p)) {
        sum += Angles.between(normals, truth, p);
        count++;
      }
    }
    return sum / count;
  }

  private static float[] estimate(GoldenCase golden, NormalMode mode) throws Exception {
    return new NormalEstimator(golden.settings(mode))
        .estimate(golden.depth(), golden.labels(), golden.intrinsics())
        .xyz();
  }
}
