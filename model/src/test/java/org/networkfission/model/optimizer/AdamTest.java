package org.networkfission.model.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.networkfission.model.network.ParameterRange;
import org.networkfission.model.network.ParameterRange.Kind;
import org.networkfission.model.optimizer.Adam.Moments;
import org.networkfission.prep.settings.InvalidSettings;

class AdamTest {
  private static final AdamSettings SETTINGS = new AdamSettings(0.9, 0.999, 1e-8, 5e-4, 0);
  private static final int WEIGHTS = 9_000;
  private static final int N = 9_300;
  private static final List<ParameterRange> RANGES =
      List.of(
          range("conv/weights", 0, WEIGHTS, Kind.WEIGHT),
          range("norm/gamma", WEIGHTS, 100, Kind.GAMMA),
          range("norm/beta", WEIGHTS + 100, 100, Kind.BETA),
          range("norm/mean", WEIGHTS + 200, 100, Kind.RUNNING_STATISTIC));

  private static ParameterRange range(String name, int offset, int length, Kind kind) {
    return new ParameterRange(name, offset, length, new long[] {length}, kind);
  }

  private static float[] random(long seed) {
    Random random = new Random(seed);
    float[] values = new float[N];
    for (int i = 0; i < N; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static Adam adam(int from, int to) {
    return new Adam(SETTINGS, RANGES, Moments.zeros(from, to));
  }

  @Test
  void followsThePublishedRuleInDouble() {
    float[] parameters = random(1);
    double[] expected = new double[N];
    for (int i = 0; i < N; i++) {
      expected[i] = parameters[i];
    }
    double[] m = new double[N];
    double[] v = new double[N];
    Adam adam = adam(0, N);

    for (int step = 0; step < 20; step++) {
      float[] gradient = random(100 + step);
      adam.update(FloatBuffer.wrap(parameters), FloatBuffer.wrap(gradient), 1, 1e-3, step);
      for (int i = 0; i < N; i++) {
        if (i >= WEIGHTS + 200) {
          expected[i] -= gradient[i];
          continue;
        }
        double g = gradient[i] + (i < WEIGHTS ? 5e-4 * expected[i] : 0);
        m[i] = 0.9 * m[i] + 0.1 * g;
        v[i] = 0.999 * v[i] + 0.001 * g * g;
        double rate =
            1e-3 * Math.sqrt(1 - Math.pow(0.999, step + 1)) / (1 - Math.pow(0.9, step + 1));
        expected[i] -= rate * m[i] / (Math.sqrt(v[i]) + 1e-8);
      }
    }

    for (int i = 0; i < N; i++) {
      assertThat((double) parameters[i]).as("element %d", i).isCloseTo(expected[i], within(2e-5));
    }
  }

  @Test
  void whatIsFrozenStaysWhateverItsMoments() {
    List<ParameterRange> ranges =
        List.of(range("a", 0, 10, Kind.FROZEN), range("b", 10, 10, Kind.WEIGHT));
    Moments moments = Moments.zeros(0, 20);
    java.util.Arrays.fill(moments.first(), 1);
    java.util.Arrays.fill(moments.second(), 1);
    float[] parameters = new float[20];
    java.util.Arrays.fill(parameters, 3);
    Adam adam = new Adam(SETTINGS, ranges, moments);
    FloatBuffer gradient = FloatBuffer.wrap(new float[20]);

    adam.update(FloatBuffer.wrap(parameters), gradient, 1, 1e-3, 5);

    assertThat(java.util.Arrays.copyOf(parameters, 10)).containsOnly(3f);
    assertThat(java.util.Arrays.copyOfRange(parameters, 10, 20)).doesNotContain(3f);
  }

  @Test
  void slicesGiveTheSameBitsAsTheWhole() {
    float[] whole = random(1);
    float[] sliced = random(1);
    Adam all = adam(0, N);
    // Cuts inside a block, inside a range and at an odd place.
    List<Adam> slices = List.of(adam(0, 3_001), adam(3_001, 9_050), adam(9_050, N));

    for (int step = 0; step < 3; step++) {
      float[] gradient = random(100 + step);
      all.update(FloatBuffer.wrap(whole), FloatBuffer.wrap(gradient), 0.5, 1e-3, step);
      for (Adam slice : slices) {
        int from = slice.moments().from();
        int length = slice.moments().to() - from;
        slice.update(
            FloatBuffer.wrap(sliced, from, length).slice(),
            FloatBuffer.wrap(gradient, from, length).slice(),
            0.5,
            1e-3,
            step);
      }
    }

    assertThat(sliced).isEqualTo(whole);
  }

  @Test
  void theNormCountsTrainedElementsOnly() {
    float[] gradient = random(5);
    double expected = 0;
    for (int i = 0; i < WEIGHTS + 200; i++) {
      expected += (double) gradient[i] * gradient[i];
    }

    assertThat(adam(0, N).squaredNorm(FloatBuffer.wrap(gradient)))
        .isCloseTo(expected, within(1e-8));
  }

  @Test
  void theNormIsNotFiniteWhereAnyElementIsNot() {
    for (int element : new int[] {0, 4_095, 4_096, WEIGHTS + 50, N - 1}) {
      for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
        float[] gradient = random(5);
        gradient[element] = bad;
        assertThat(adam(0, N).squaredNorm(FloatBuffer.wrap(gradient)))
            .as("%s at %d", bad, element)
            .satisfies(norm -> assertThat(Double.isFinite(norm)).isFalse());
      }
    }
  }

  @Test
  void clipsToTheNormAndNotBelow() {
    AdamSettings clipping = new AdamSettings(0.9, 0.999, 1e-8, 0, 2);

    assertThat(clipping.clipFactor(8)).isEqualTo(0.25);
    assertThat(clipping.clipFactor(1.5)).isEqualTo(1);
    assertThat(SETTINGS.clipFactor(1e30)).isEqualTo(1);
  }

  @Test
  void refusesRangesThatLeaveAGap() {
    assertThatThrownBy(() -> new Adam(SETTINGS, RANGES.subList(0, 2), Moments.zeros(8_000, N)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot optimize elements 8000 to 9300: the ranges cover 1100 of these 1300 elements");
  }

  @Test
  void refusesMomentsOfTwoLengths() {
    assertThatThrownBy(() -> new Moments(0, new float[3], new float[4]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot use moments of 3 and 4 elements: they must be of one length");
  }

  @Test
  void namesEveryWrongSetting() {
    assertThatThrownBy(() -> new AdamSettings(1, 0.999, 0, -1, -2))
        .isInstanceOf(InvalidSettings.class)
        .hasMessage(
            "beta1 = 1.0: must be at least 0 and below 1; epsilon = 0.0: must be positive;"
                + " weightDecay = -1.0: must be 0 or more, below 1; clipNorm = -2.0: must be 0 or"
                + " more");
  }
}
