package org.networkfission.model.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.networkfission.model.metric.Metrics;
import org.networkfission.model.network.Prediction;
import org.networkfission.model.network.Task;
import org.networkfission.model.statistics.Convention;
import org.networkfission.model.statistics.DepthStatistics;
import org.networkfission.model.statistics.NormalStatistics;
import org.networkfission.prep.frame.ColorImage;
import org.networkfission.prep.frame.DepthMap;
import org.networkfission.prep.frame.Intrinsics;
import org.networkfission.prep.frame.LabelMap;
import org.networkfission.prep.frame.LabeledImage;
import org.networkfission.prep.frame.NormalMap;

class ConstantFitTest {
  private static final int WIDTH = 40;
  private static final int HEIGHT = 25;

  /** Half of the normals around one direction, the others anywhere; most depths around 2 m. */
  private static ConstantFit fit(long seed) {
    Random random = new Random(seed);
    int pixels = WIDTH * HEIGHT;
    short[] ids = new short[pixels];
    float[] xyz = new float[3 * pixels];
    float[] millimetres = new float[pixels];
    for (int i = 0; i < pixels; i++) {
      ids[i] = (short) (i % 2 == 0 ? 0 : i % 3 == 0 ? 1 : 2);
      for (int c = 0; c < 3; c++) {
        double centre = i % 2 == 0 ? new double[] {0.6, 0, -0.8}[c] : 0;
        xyz[3 * i + c] = (float) (centre + (i % 2 == 0 ? 0.1 : 1) * random.nextGaussian());
      }
      millimetres[i] = i % 4 == 0 ? 1 + random.nextInt(20_000) : 1900 + random.nextInt(200);
    }
    ConstantFit fit = new ConstantFit(4);
    fit.add(
        image(
            new LabelMap(WIDTH, HEIGHT, ids),
            new NormalMap(WIDTH, HEIGHT, xyz),
            new DepthMap(WIDTH, HEIGHT, millimetres)));
    return fit;
  }

  private static LabeledImage image(LabelMap labels, NormalMap normals, DepthMap depth) {
    int width = labels.width();
    int height = labels.height();
    return new LabeledImage(
        "key",
        new Intrinsics(30, 30, width / 2.0, height / 2.0),
        new ColorImage(width, height, new byte[3 * width * height]),
        depth,
        labels,
        normals);
  }

  /** In mm. */
  private static int depth(ConstantFit fit) {
    DepthMap depth = fit.prediction(1, 1).map(Task.DEPTH, DepthMap.class).orElseThrow();
    return (int) depth.millimetres()[0];
  }

  @Test
  void findsTheMiddleOfWhatIsFrequent() {
    ConstantFit fit = fit(1).add(fit(2));

    assertThat(fit.frames()).isEqualTo(2);
    Prediction found = fit.prediction(1, 1);
    assertThat(found.map(Task.LABELS, LabelMap.class).orElseThrow().ids()).containsExactly(2);
    float[] direction = found.map(Task.NORMALS, NormalMap.class).orElseThrow().xyz();
    assertThat(0.6 * direction[0] - 0.8 * direction[2]).isGreaterThan(Math.cos(Math.toRadians(10)));
    // All of 1.9 to 2.1 m lie within a factor of 1.25 of 1.68 to 2.37 m.
    assertThat(depth(fit)).isBetween(1680, 2375);
  }

  @Test
  void noOtherDepthIsBetter() {
    float[] millimetres = new float[500];
    Random random = new Random(5);
    for (int i = 0; i < millimetres.length; i++) {
      millimetres[i] = 100 + random.nextInt(400);
    }
    DepthMap truth = new DepthMap(500, 1, millimetres);
    ConstantFit fit = new ConstantFit(2);
    fit.add(
        image(new LabelMap(500, 1, new short[500]), new NormalMap(500, 1, new float[1500]), truth));

    double best = share(truth, depth(fit));
    double bestOfAll = 0;
    for (int z = 1; z < 1000; z++) {
      bestOfAll = Math.max(bestOfAll, share(truth, z));
    }
    assertThat(best).isCloseTo(bestOfAll, within(1e-12));
  }

  private static double share(DepthMap truth, int z) {
    float[] constant = new float[truth.millimetres().length];
    Arrays.fill(constant, z);
    return Metrics.DEPTH
        .get(0)
        .value(
            DepthStatistics.of(truth, new DepthMap(constant.length, 1, constant)),
            Convention.POOLED)
        .orElseThrow();
  }

  @Test
  void everyDirectionIsFoundAgain() {
    Random random = new Random(3);
    for (int i = 0; i < 50; i++) {
      float[] xyz = {
        (float) random.nextGaussian(), (float) random.nextGaussian(), (float) random.nextGaussian()
      };
      ConstantFit fit = new ConstantFit(2);
      fit.add(
          image(
              new LabelMap(1, 1, new short[1]),
              new NormalMap(1, 1, xyz),
              new DepthMap(1, 1, new float[] {5})));
      Prediction prediction = fit.prediction(1, 1);
      float[] found = prediction.map(Task.NORMALS, NormalMap.class).orElseThrow().xyz();
      assertThat(NormalStatistics.degrees(xyz, found, 0)).isLessThan(4);
      assertThat(prediction.maps()).doesNotContainKey(Task.LABELS);
      assertThat(depth(fit)).isBetween(4, 6);
    }
  }
}
