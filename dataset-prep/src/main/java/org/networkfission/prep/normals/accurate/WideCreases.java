package org.networkfission.prep.normals.accurate;

import java.util.Arrays;
import org.networkfission.prep.normals.grid.Quantile;

/**
 * Finds creases that drown in noise where {@link Creases} looks, four pixels wide, and ends the
 * surface there: between slopes that are fitted to four pixels on either side, noise counts a
 * tenth. One instance per thread; buffers are kept.
 */
public final class WideCreases {
  /** How many standard deviations a break must exceed, over three lines. */
  private static final float SIGNIFICANCE = 4;

  private static final int LINES = 3;

  /** How many times larger a break must be than beyond its own reach. */
  private static final float PEAK = 3;

  /** How far from itself a crease still shows, in pixels. */
  private static final int REACH = 5;

  /** Pixels on either side that a slope is fitted to. */
  private static final int SPAN = 4;

  /** From a border on, as far as a break and those it is compared with have their pixels. */
  private static final int MARGIN = REACH + SPAN;

  /** Least squares over four pixels: weights of the outer and of the inner two. */
  private static final float OUTER = 0.3f;

  private static final float INNER = 0.1f;

  /** Variance of the difference of two such slopes, in units of the noise's. */
  private static final float BREAK_VARIANCE = 4 * (OUTER * OUTER + INNER * INNER);

  private static final int SAMPLES = 4096;

  /** The median of the normal distribution's size, in standard deviations. */
  private static final float MEDIAN_DEVIATIONS = 0.6745f;

  private final float[] sample = new float[SAMPLES];
  private float[][] slopes = {};
  private float[][] breaks = {};
  private float[] sum = {};

  /**
   * Closes the depth's connections across creases.
   *
   * @param noise variance of inverse depth
   */
  public void separate(InverseDepth depth, float noise) {
    int height = depth.height();
    int width = depth.width();
    if (slopes.length != height || slopes[0].length != width) {
      slopes = new float[height][width];
      breaks = new float[height][width];
      sum = new float[width];
    }
    for (int y = 0; y < height; y++) {
      slopesAlong(depth.w[y], depth.known[y], depth.right[y], slopes[y]);
      breaksAlong(slopes[y], depth.right[y], breaks[y]);
    }
    float limit = limit(noise);
    for (int y = 1; y + 1 < height; y++) {
      closeRight(depth.right[y], y, limit);
    }
    for (int y = 0; y + SPAN <= height; y++) {
      slopesDown(depth, y);
    }
    for (int y = 0; y < height; y++) {
      breaksDown(depth.down[y], y);
    }
    limit = limit(noise);
    for (int y = MARGIN; y < height - MARGIN; y++) {
      closeDown(depth.down[y], y, limit);
    }
  }

  /** Slopes of four pixels in a row, at the first of them; NaN where they are not one surface. */
  private static void slopesAlong(float[] w, float[] known, float[] open, float[] slope) {
    for (int x = 0; x + 3 < w.length; x++) {
      float valid =
          known[x]
              * known[x + 1]
              * known[x + 2]
              * known[x + 3]
              * open[x]
              * open[x + 1]
              * open[x + 2];
      float fitted = OUTER * (w[x + 3] - w[x]) + INNER * (w[x + 2] - w[x + 1]);
      slope[x] = valid > 0 ? fitted : Float.NaN;
    }
  }

  /** By how much the slope changes from a pixel to the next; 0 where that is not known. */
  private static void breaksAlong(float[] slope, float[] open, float[] result) {
    Arrays.fill(result, 0);
    for (int x = SPAN - 1; x + SPAN < slope.length; x++) {
      result[x] = known(open[x] * (slope[x + 1] - slope[x + 1 - SPAN]));
    }
  }

  private void slopesDown(InverseDepth depth, int y) {
    float[] w0 = depth.w[y];
    float[] w1 = depth.w[y + 1];
    float[] w2 = depth.w[y + 2];
    float[] w3 = depth.w[y + 3];
    float[] k0 = depth.known[y];
    float[] k1 = depth.known[y + 1];
    float[] k2 = depth.known[y + 2];
    float[] k3 = depth.known[y + 3];
    float[] open0 = depth.down[y];
    float[] open1 = depth.down[y + 1];
    float[] open2 = depth.down[y + 2];
    float[] slope = slopes[y];
    for (int x = 0; x < slope.length; x++) {
      float valid = k0[x] * k1[x] * k2[x] * k3[x] * open0[x] * open1[x] * open2[x];
      float fitted = OUTER * (w3[x] - w0[x]) + INNER * (w2[x] - w1[x]);
      slope[x] = valid > 0 ? fitted : Float.NaN;
    }
  }

  private void breaksDown(float[] open, int y) {
    float[] result = breaks[y];
    if (y < SPAN - 1 || y + SPAN >= slopes.length) {
      Arrays.fill(result, 0);
      return;
    }
    float[] before = slopes[y + 1 - SPAN];
    float[] after = slopes[y + 1];
    for (int x = 0; x < result.length; x++) {
      result[x] = known(open[x] * (after[x] - before[x]));
    }
  }

  private static float known(float value) {
    return Math.abs(value) < Float.POSITIVE_INFINITY ? value : 0;
  }

  /**
   * The least square of a break over three lines. Noise that a sensor blurs is larger over many
   * pixels than over few, so it is also read off the breaks themselves.
   */
  private float limit(float noise) {
    int width = sum.length;
    int pixels = width * breaks.length;
    int stride = Math.max(1, pixels / SAMPLES);
    int count = 0;
    for (int p = stride / 2, i = 0; p < pixels && i < SAMPLES; p += stride, i++) {
      float size = Math.abs(breaks[p / width][p % width]);
      if (size > 0) {
        sample[count++] = size;
      }
    }
    float deviation =
        count == 0 ? 0 : Quantile.select(sample, count, count / 2) / MEDIAN_DEVIATIONS;
    float variance = Math.max(BREAK_VARIANCE * noise, deviation * deviation);
    return SIGNIFICANCE * SIGNIFICANCE * LINES * variance;
  }

  private void closeRight(float[] open, int y, float limit) {
    float[] above = breaks[y - 1];
    float[] own = breaks[y];
    float[] below = breaks[y + 1];
    for (int x = 0; x < sum.length; x++) {
      sum[x] = above[x] + own[x] + below[x];
    }
    int end = sum.length - MARGIN;
    for (int x = MARGIN; x < end; x++) {
      float size = Math.abs(sum[x]);
      if (size * size > limit
          && isLargest(
              Math.signum(sum[x]),
              sum[x - 3],
              sum[x - 2],
              sum[x - 1],
              sum[x],
              sum[x + 1],
              sum[x + 2],
              sum[x + 3])
          && isPeak(sum[x], sum[x - REACH], sum[x + REACH])) {
        open[x] = 0;
      }
    }
  }

  private void closeDown(float[] open, int y, float limit) {
    for (int x = 1; x + 1 < open.length; x++) {
      float own = sum(y, x);
      if (own * own > limit
          && isLargest(
              Math.signum(own),
              sum(y - 3, x),
              sum(y - 2, x),
              sum(y - 1, x),
              own,
              sum(y + 1, x),
              sum(y + 2, x),
              sum(y + 3, x))
          && isPeak(own, sum(y - REACH, x), sum(y + REACH, x))) {
        open[x] = 0;
      }
    }
  }

  private float sum(int y, int x) {
    float[] row = breaks[y];
    return row[x - 1] + row[x] + row[x + 1];
  }

  /** Whether a break exceeds those of its direction around it. */
  private static boolean isLargest(
      float sign, float b3, float b2, float b1, float own, float a1, float a2, float a3) {
    float size = sign * own;
    return size >= sign * b1
        && size >= sign * b2
        && size >= sign * b3
        && size > sign * a1
        && size > sign * a2
        && size > sign * a3;
  }

  /** Whether a break is more than the curvature of the surface beyond its reach. */
  private static boolean isPeak(float own, float farBefore, float farAfter) {
    float sign = Math.signum(own);
    return sign * own > PEAK * sign * farBefore && sign * own > PEAK * sign * farAfter;
  }
}
