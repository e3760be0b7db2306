package org.networkfission.model.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.networkfission.model.statistics.LabelStatistics;
import org.networkfission.model.statistics.NormalStatistics;
import org.networkfission.prep.frame.DepthMap;
import org.networkfission.prep.frame.LabelMap;
import org.networkfission.prep.frame.NormalMap;

class BoundaryF1Test {
  private static final int CLASSES = 6;

  /** Sizes of a tolerance of 0, 1.2, 1.875 and exactly 3 pixels. */
  private static final int[][] SIZES = {{9, 7}, {128, 96}, {200, 150}, {320, 240}};

  /** Rectangles on a ground, void among them; the prediction's are moved by up to 4 pixels. */
  private static LabelMap[] rooms(int width, int height, SplittableRandom random) {
    short[] truth = new short[width * height];
    short[] predicted = new short[width * height];
    Arrays.fill(truth, (short) 1);
    Arrays.fill(predicted, (short) 1);
    for (int r = 0; r < 6; r++) {
      int x = random.nextInt(width);
      int y = random.nextInt(height);
      int w = 1 + random.nextInt(width / 2);
      int h = 1 + random.nextInt(height / 2);
      int c = random.nextInt(CLASSES - 1);
      paint(truth, width, height, x, y, w, h, c);
      int guess = random.nextInt(5) == 0 ? random.nextInt(CLASSES) : c;
      paint(
          predicted,
          width,
          height,
          x + random.nextInt(-4, 5),
          y + random.nextInt(-4, 5),
          w,
          h,
          guess);
    }
    return new LabelMap[] {
      new LabelMap(width, height, truth), new LabelMap(width, height, predicted)
    };
  }

  private static void paint(short[] ids, int width, int height, int x, int y, int w, int h, int c) {
    for (int v = Math.max(0, y); v < Math.min(height, y + h); v++) {
      for (int u = Math.max(0, x); u < Math.min(width, x + w); u++) {
        ids[v * width + u] = (short) c;
      }
    }
  }

  /** A direction for each class, and some noise; none for void. */
  private static NormalMap normals(LabelMap map, boolean truth, SplittableRandom random) {
    float[] xyz = new float[3 * map.ids().length];
    for (int i = 0; i < map.ids().length; i++) {
      int c = map.ids()[i];
      if (c != 0 || !truth) {
        xyz[3 * i] = (float) (Math.sin(0.45 * c) + 0.1 * random.nextDouble());
        xyz[3 * i + 1] = (float) (0.1 * random.nextDouble());
        xyz[3 * i + 2] = (float) -Math.cos(0.45 * c);
      }
    }
    return new NormalMap(map.width(), map.height(), xyz);
  }

  @Test
  void agreesWithAllDistancesOnRandomImages() {
    SplittableRandom random = new SplittableRandom(5);
    LabelStatistics labels = new LabelStatistics(CLASSES);
    NormalStatistics normals = new NormalStatistics();
    List<SlowBoundaries.Frame> labelFrames = new ArrayList<>();
    List<SlowBoundaries.Frame> normalFrames = new ArrayList<>();
    for (int[] size : SIZES) {
      for (int repeat = 0; repeat < 2; repeat++) {
        LabelMap[] maps = rooms(size[0], size[1], random);
        float[] millimetres = new float[size[0] * size[1]];
        for (int i = 0; i < millimetres.length; i++) {
          millimetres[i] = random.nextInt(20) == 0 ? 0 : 1000;
        }
        DepthMap depth = new DepthMap(size[0], size[1], millimetres);
        NormalMap truth = normals(maps[0], true, random);
        NormalMap predicted = normals(maps[1], false, random);
        LabelStatistics ofLabels = LabelStatistics.of(maps[0], maps[1], depth, CLASSES);
        NormalStatistics ofNormals = NormalStatistics.of(truth, predicted, depth);
        SlowBoundaries.Frame slowLabels = SlowBoundaries.ofLabels(maps[0], maps[1]);
        SlowBoundaries.Frame slowNormals = SlowBoundaries.ofNormals(truth, predicted, depth);
        assertThat(ofLabels.boundaries().f1())
            .isCloseTo(SlowBoundaries.f1(List.of(slowLabels)), within(1e-12));
        assertThat(ofNormals.edges().f1())
            .isCloseTo(SlowBoundaries.f1(List.of(slowNormals)), within(1e-12));
        labels.add(ofLabels, repeat + 1);
        normals.add(ofNormals, repeat + 1);
        for (int time = 0; time <= repeat; time++) {
          labelFrames.add(slowLabels);
          normalFrames.add(slowNormals);
        }
      }
    }

    assertThat(labels.boundaries().f1())
        .isCloseTo(SlowBoundaries.f1(labelFrames), within(1e-12))
        .isBetween(0.2, 0.9);
    assertThat(normals.edges().f1())
        .isCloseTo(SlowBoundaries.f1(normalFrames), within(1e-12))
        .isBetween(0.2, 0.9);
  }

  /** A line between two classes, 400 x 300 pixels: within 3.75 pixels it is found whole. */
  @Test
  void aBoundaryIsFoundWithinTheTolerance() {
    assertThat(moved(0)).isEqualTo(1);
    assertThat(moved(3)).isEqualTo(1);
    assertThat(moved(4)).isZero();
  }

  private static double moved(int by) {
    short[] truth = new short[400 * 300];
    short[] predicted = new short[400 * 300];
    for (int i = 0; i < truth.length; i++) {
      truth[i] = (short) (i % 400 < 200 ? 1 : 2);
      predicted[i] = (short) (i % 400 < 200 + by ? 1 : 2);
    }
    return LabelStatistics.of(
            new LabelMap(400, 300, truth),
            new LabelMap(400, 300, predicted),
            new DepthMap(400, 300, new float[400 * 300]),
            3)
        .boundaries()
        .f1();
  }

  @Test
  void whereTheTruthHasNoBoundaryThePredictionMustHaveNone() {
    LabelMap plain = new LabelMap(3, 1, new short[] {2, 2, 2});
    LabelMap broken = new LabelMap(3, 1, new short[] {2, 1, 2});
    DepthMap depth = new DepthMap(3, 1, new float[3]);

    assertThat(LabelStatistics.of(plain, plain, depth, 3).boundaries().f1()).isEqualTo(1);
    assertThat(LabelStatistics.of(plain, broken, depth, 3).boundaries().f1()).isZero();
    // What lies at void is not judged.
    LabelMap holed = new LabelMap(3, 1, new short[] {2, 0, 2});
    assertThat(LabelStatistics.of(holed, broken, depth, 3).boundaries().f1()).isEqualTo(1);
  }
}
