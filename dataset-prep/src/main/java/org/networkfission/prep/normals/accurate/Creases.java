package org.networkfission.prep.normals.accurate;

import org.networkfission.prep.normals.grid.Quantile;

/**
 * Finds where the slope of a surface breaks or its depth steps by more than noise explains, and
 * ends the surface there. Both are differences of four pixels in a line across the break, summed
 * over three lines; in a curved surface they are not larger than two pixels on. One instance per
 * thread; buffers are kept.
 */
public final class Creases {
  /** How many standard deviations of the noise a break must exceed. */
  private static final float SIGNIFICANCE = 5;

  /** How many times larger a break must be than the curvature two pixels on. */
  private static final float PEAK = 2;

  /** Variance of a kink in units of the noise's. */
  private static final float KINK_VARIANCE = 4;

  /** The least square of a step over three lines, in units of the noise's variance. */
  private static final float STEP_LIMIT = SIGNIFICANCE * SIGNIFICANCE * 3 * 5;

  private static final float KINK_LIMIT = SIGNIFICANCE * SIGNIFICANCE * 3 * KINK_VARIANCE;

  /** Half a millimetre either way, squared and averaged, in m2. */
  private static final float ROUNDING = 1e-6f / 12;

  private static final int SAMPLES = 4096;

  /**
   * The noise is read off a high quantile of kinks: sensors that measure in coarse steps leave most
   * of them at 0.
   */
  private static final double QUANTILE = 0.9;

  /** That quantile of the normal distribution's size, in standard deviations. */
  private static final float QUANTILE_DEVIATIONS = 1.6449f;

  private final float[] rowSample = new float[SAMPLES];
  private final float[] columnSample = new float[SAMPLES];
  private float[][] steps = {};
  private float[][] kinks = {};
  private float[] stepSum = {};
  private float[] kinkSum = {};
  private float noise;
  private float level = 1;

  /** Variance of inverse depth in the last image, beside what rounding to millimetres adds. */
  public float noise() {
    return noise;
  }

  /** Mean inverse depth of the last image in 1/m. */
  public float level() {
    return level;
  }

  /** Closes the depth's connections across creases. */
  public void separate(InverseDepth depth) {
    if (steps.length != depth.height() || steps[0].length != depth.width()) {
      steps = new float[depth.height()][depth.width()];
      kinks = new float[depth.height()][depth.width()];
      stepSum = new float[depth.width()];
      kinkSum = new float[depth.width()];
    }
    noise = estimateNoise(depth);
    separateColumns(depth);
    separateRows(depth);
  }

  /** Each row is looked at while it lies in the cache: as soon as those that it needs are there. */
  private void separateColumns(InverseDepth depth) {
    int height = depth.height();
    acrossColumns(depth, 0);
    for (int y = 0; y < height; y++) {
      if (y + 1 < height) {
        acrossColumns(depth, y + 1);
      }
      closeRow(depth.w[y], depth.right[y], y);
    }
  }

  private void separateRows(InverseDepth depth) {
    int end = depth.height() - 2;
    if (end > 1) {
      acrossRows(depth, 1);
    }
    for (int y = 1; y <= end; y++) {
      if (y + 1 < end) {
        acrossRows(depth, y + 1);
      }
      if (y < end) {
        closeSteps(depth, y);
      }
      if (y > 1) {
        closeKinks(depth, y - 1, end);
      }
    }
  }

  /**
   * Estimates the noise's variance from how much slopes differ between neighbours, along rows or
   * down columns, whichever meets less structure.
   */
  private float estimateNoise(InverseDepth depth) {
    int width = depth.width();
    int height = depth.height();
    int stride = Math.max(1, width * height / SAMPLES);
    int alongRows = 0;
    int downColumns = 0;
    double levels = 0;
    for (int p = stride / 2, i = 0; p < width * height && i < SAMPLES; p += stride, i++) {
      int y = p / width;
      int x = p - y * width;
      if (x < 1 || x + 2 >= width || y < 1 || y + 2 >= height) {
        continue;
      }
      float[] w = depth.w[y];
      float[] known = depth.known[y];
      float[] open = depth.right[y];
      if (known[x - 1]
              * known[x]
              * known[x + 1]
              * known[x + 2]
              * open[x - 1]
              * open[x]
              * open[x + 1]
          > 0) {
        levels += w[x];
        rowSample[alongRows++] = Math.abs(w[x - 1] - w[x] - w[x + 1] + w[x + 2]);
      }
      if (depth.known[y - 1][x]
              * known[x]
              * depth.known[y + 1][x]
              * depth.known[y + 2][x]
              * depth.down[y - 1][x]
              * depth.down[y][x]
              * depth.down[y + 1][x]
          > 0) {
        columnSample[downColumns++] =
            Math.abs(depth.w[y - 1][x] - w[x] - depth.w[y + 1][x] + depth.w[y + 2][x]);
      }
    }
    level = alongRows > 0 ? (float) (levels / alongRows) : 1;
    return Math.min(variance(rowSample, alongRows), variance(columnSample, downColumns));
  }

  private static float variance(float[] kinks, int count) {
    if (count == 0) {
      return 0;
    }
    float size = Quantile.select(kinks, count, (int) (QUANTILE * count));
    float deviation = size / QUANTILE_DEVIATIONS;
    return deviation * deviation / KINK_VARIANCE;
  }

  private void acrossColumns(InverseDepth depth, int y) {
    float[] w = depth.w[y];
    float[] known = depth.known[y];
    float[] open = depth.right[y];
    float[] step = steps[y];
    float[] kink = kinks[y];
    for (int x = 1; x < depth.width() - 2; x++) {
      float valid =
          known[x - 1]
              * known[x]
              * known[x + 1]
              * known[x + 2]
              * open[x - 1]
              * open[x]
              * open[x + 1];
      float outer = w[x + 2] - w[x - 1];
      float inner = w[x + 1] - w[x];
      step[x] = valid * (1.5f * inner - 0.5f * outer);
      kink[x] = valid * (w[x + 2] + w[x - 1] - w[x] - w[x + 1]);
    }
  }

  private void closeRow(float[] w, float[] open, int y) {
    sumRows(steps, y, stepSum);
    sumRows(kinks, y, kinkSum);
    int end = w.length - 2;
    float least = STEP_LIMIT * noise;
    for (int x = 1; x < end; x++) {
      float step = stepSum[x];
      if (step * step > least
          && step * step > STEP_LIMIT * variance(w[x])
          && isLargest(step, stepSum[x - 1], stepSum[x + 1], kinkSum[x])) {
        open[x] = 0;
      }
    }
    least = KINK_LIMIT * noise;
    for (int x = 1; x < end; x++) {
      float kink = kinkSum[x];
      if (kink * kink > least
          && kink * kink > KINK_LIMIT * variance(w[x])
          // A step looks like a kink on either side.
          && open[x - 1] * open[x] * open[x + 1] > 0
          && isLargest(kink, kinkSum[x - 1], kinkSum[x + 1])
          && isPeak(kink, kinkSum[Math.max(1, x - 2)], kinkSum[Math.min(end - 1, x + 2)])) {
        open[x] = 0;
      }
    }
  }

  private static void sumRows(float[][] field, int y, float[] sum) {
    float[] above = field[Math.max(0, y - 1)];
    float[] own = field[y];
    float[] below = field[Math.min(field.length - 1, y + 1)];
    for (int x = 0; x < sum.length; x++) {
      sum[x] = above[x] + own[x] + below[x];
    }
  }

  /** Variance of a measured inverse depth. */
  private float variance(float w) {
    return noise + ROUNDING * w * w * w * w;
  }

  /** Whether a step exceeds its neighbours and cannot be a kink. */
  private static boolean isLargest(float step, float before, float after, float kink) {
    float size = Math.abs(step);
    return size >= Math.abs(before) && size > Math.abs(after) && size > Math.abs(kink);
  }

  /** Whether a kink exceeds those of its direction beside it. */
  private static boolean isLargest(float kink, float before, float after) {
    float sign = Math.signum(kink);
    return sign * kink >= sign * before && sign * kink > sign * after;
  }

  /** Whether a kink is more than the curvature of the surface two pixels on. */
  private static boolean isPeak(float kink, float farBefore, float farAfter) {
    float sign = Math.signum(kink);
    return sign * kink > PEAK * sign * farBefore && sign * kink > PEAK * sign * farAfter;
  }

  private void acrossRows(InverseDepth depth, int y) {
    float[] w0 = depth.w[y - 1];
    float[] w1 = depth.w[y];
    float[] w2 = depth.w[y + 1];
    float[] w3 = depth.w[y + 2];
    float[] k0 = depth.known[y - 1];
    float[] k1 = depth.known[y];
    float[] k2 = depth.known[y + 1];
    float[] k3 = depth.known[y + 2];
    float[] open0 = depth.down[y - 1];
    float[] open1 = depth.down[y];
    float[] open2 = depth.down[y + 1];
    float[] step = steps[y];
    float[] kink = kinks[y];
    for (int x = 0; x < depth.width(); x++) {
      float valid = k0[x] * k1[x] * k2[x] * k3[x] * open0[x] * open1[x] * open2[x];
      step[x] = valid * (1.5f * (w2[x] - w1[x]) - 0.5f * (w3[x] - w0[x]));
      kink[x] = valid * (w3[x] + w0[x] - w1[x] - w2[x]);
    }
  }

  private void closeSteps(InverseDepth depth, int y) {
    float least = STEP_LIMIT * noise;
    float[] w = depth.w[y];
    float[] open = depth.down[y];
    float[] step = steps[y];
    sumColumns(step, stepSum);
    for (int x = 1; x < w.length - 1; x++) {
      float size = stepSum[x];
      if (size * size > least
          && size * size > STEP_LIMIT * variance(w[x])
          && isLargest(size, sum(steps[y - 1], x), sum(steps[y + 1], x), sum(kinks[y], x))) {
        open[x] = 0;
      }
    }
  }

  private void closeKinks(InverseDepth depth, int y, int end) {
    float least = KINK_LIMIT * noise;
    float[] w = depth.w[y];
    float[] open = depth.down[y];
    float[] openBelow = depth.down[y + 1];
    float[] before = kinks[Math.max(1, y - 2)];
    float[] after = kinks[Math.min(end - 1, y + 2)];
    sumColumns(kinks[y], kinkSum);
    for (int x = 1; x < w.length - 1; x++) {
      float kink = kinkSum[x];
      if (kink * kink > least
          && kink * kink > KINK_LIMIT * variance(w[x])
          && open[x] * openBelow[x] > 0
          && isLargest(kink, sum(kinks[y - 1], x), sum(kinks[y + 1], x))
          && isPeak(kink, sum(before, x), sum(after, x))) {
        open[x] = 0;
      }
    }
  }

  private static void sumColumns(float[] row, float[] sum) {
    for (int x = 1; x < row.length - 1; x++) {
      sum[x] = row[x - 1] + row[x] + row[x + 1];
    }
  }

  private static float sum(float[] row, int x) {
    return row[x - 1] + row[x] + row[x + 1];
  }
}
