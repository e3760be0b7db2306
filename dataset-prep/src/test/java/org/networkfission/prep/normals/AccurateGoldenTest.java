package org.networkfission.prep.normals;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.networkfission.prep.frame.NormalMap;
import org.networkfission.prep.normals.trial.Accuracy;

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
    NormalMap normals = estimate(golden, NormalMode.ACCURATE);
    // Its own truth, where there is none.
    assertThat(Accuracy.of(normals, normals, golden.depth()).coverage())
        .isGreaterThanOrEqualTo(MIN_COVERAGE);
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

  /** The mean angle in degrees. */
  private static double error(GoldenCase golden, NormalMode mode) throws Exception {
    NormalMap truth = new NormalMap(golden.width(), golden.height(), golden.truth());
    return Accuracy.of(estimate(golden, mode), truth, golden.depth()).meanDegrees();
  }

  private static NormalMap estimate(GoldenCase golden, NormalMode mode) throws Exception {
    return new NormalEstimator(golden.settings(mode))
        .estimate(golden.depth(), golden.labels(), golden.intrinsics());
  }
}
