package org.networkfission.prep.normals.accurate;

import java.util.Arrays;
import org.networkfission.prep.frame.DepthMap;
import org.networkfission.prep.frame.LabelMap;

/**
 * Inverse depth per pixel, in which every plane is a linear function of column and row, and the
 * places where a surface ends. One instance per thread; buffers are kept.
 */
public final class InverseDepth {
  private final float change;
  private int width;
  private int height;
  private boolean holes;
  private int[] previousRow = {};

  /** By how much depth changes more than is no step, between pixels of two columns or rows. */
  private float[] jumps = {};

  /** 1/z in 1/m; where depth is missing, that of a pixel nearby, of no meaning but finite. */
  float[][] w = {};

  /** 1 where depth was measured, else 0. */
  float[][] known = {};

  /** 1 where the surface may go on from column x to x + 1, else 0. */
  float[][] right = {};

  /** 1 where the surface may go on from row y to y + 1, else 0. */
  float[][] down = {};

  /**
   * Makes an empty grid.
   *
   * @param maxDepthChange see {@link NormalSettings#maxDepthChange()}
   */
  public InverseDepth(double maxDepthChange) {
    change = (float) maxDepthChange;
  }

  int width() {
    return width;
  }

  int height() {
    return height;
  }

  /** Whether any pixel has no depth. */
  public boolean hasHoles() {
    return holes;
  }

  /**
   * Reads depth and labels.
   *
   * @return whether any depth was measured
   */
  public boolean read(DepthMap depth, LabelMap labels) {
    resize(depth.width(), depth.height());
    boolean any = invert(depth.millimetres());
    if (any) {
      separateLabels(labels.ids());
      for (int y = 0; y < height; y++) {
        separateRow(y);
      }
      separateColumns();
    }
    return any;
  }

  /** Makes room for an image of another size. */
  void resize(int newWidth, int newHeight) {
    if (newWidth != width || newHeight != height) {
      width = newWidth;
      height = newHeight;
      w = new float[height][width];
      known = new float[height][width];
      right = new float[height][width];
      down = new float[height][width];
      previousRow = new int[width];
      jumps = new float[width];
    }
  }

  private boolean invert(float[] millimetres) {
    float sum = 0;
    for (int y = 0; y < height; y++) {
      float[] row = w[y];
      float[] measured = known[y];
      int at = y * width;
      for (int x = 0; x < width; x++) {
        row[x] = 1000 / millimetres[at + x];
      }
      float count = 0;
      for (int x = 0; x < width; x++) {
        float is = row[x] < Float.POSITIVE_INFINITY ? 1 : 0;
        measured[x] = is;
        count += is;
      }
      sum += count;
      if (count < width) {
        fillRow(row, measured, y > 0 ? w[y - 1][0] : 0);
      }
    }
    holes = sum < (float) width * height;
    return sum > 0;
  }

  /** Puts the value to the left of a hole into it, so that rows are continuous. */
  private static void fillRow(float[] row, float[] measured, float start) {
    float last = start;
    for (int x = 0; x < row.length; x++) {
      if (measured[x] > 0) {
        last = row[x];
      } else {
        row[x] = last;
      }
    }
  }

  private void separateLabels(short[] ids) {
    for (int y = 0; y < height; y++) {
      int p = y * width;
      joinEqual(ids, p, p + 1, width - 1, right[y]);
      right[y][width - 1] = 0;
      if (y + 1 < height) {
        joinEqual(ids, p, p + width, width, down[y]);
      } else {
        Arrays.fill(down[y], 0);
      }
    }
  }

  /** 1 where labels are the same as those that stand elsewhere, else 0: by runs, which are long. */
  private static void joinEqual(short[] ids, int from, int others, int count, float[] open) {
    int x = 0;
    while (x < count) {
      int run = Arrays.mismatch(ids, from + x, from + count, ids, others + x, others + count);
      int end = run < 0 ? count : x + run;
      Arrays.fill(open, x, end, 1);
      if (end < count) {
        open[end] = 0;
      }
      x = end + 1;
    }
  }

  private void separateRow(int y) {
    float[] row = w[y];
    float[] measured = known[y];
    float[] open = right[y];
    for (int x = 0; x + 1 < width; x++) {
      jumps[x] = Math.abs(row[x] - row[x + 1]) - limit(row[x], row[x + 1]);
    }
    int previous = -1;
    for (int x = 0; x < width; x++) {
      if (measured[x] == 0) {
        continue;
      }
      if (previous == x - 1) {
        if (x > 0 && jumps[previous] > 0 && isStepRight(previous, y)) {
          open[previous] = 0;
        }
      } else if (previous >= 0 && isJump(row[previous], row[x])) {
        open[(previous + x - 1) / 2] = 0;
      }
      previous = x;
    }
  }

  private boolean isStepRight(int x, int y) {
    float before = x > 0 && known[y][x - 1] > 0 ? w[y][x - 1] : Float.NaN;
    float after = x + 2 < width && known[y][x + 2] > 0 ? w[y][x + 2] : Float.NaN;
    return isStep(before, w[y][x], w[y][x + 1], after);
  }

  private void separateColumns() {
    Arrays.fill(previousRow, -1);
    for (int y = 0; y < height; y++) {
      float[] row = w[y];
      float[] measured = known[y];
      float[] above = y > 0 ? w[y - 1] : row;
      for (int x = 0; x < width; x++) {
        jumps[x] = Math.abs(above[x] - row[x]) - limit(above[x], row[x]);
      }
      for (int x = 0; x < width; x++) {
        if (measured[x] == 0) {
          continue;
        }
        int previous = previousRow[x];
        previousRow[x] = y;
        if (previous == y - 1) {
          // In the first row nothing jumps.
          if (jumps[x] > 0 && isStepBelow(x, y - 1)) {
            down[y - 1][x] = 0;
          }
        } else if (previous >= 0 && isJump(w[previous][x], row[x])) {
          down[(previous + y - 1) / 2][x] = 0;
        }
      }
    }
  }

  private boolean isStepBelow(int x, int y) {
    float before = y > 0 && known[y - 1][x] > 0 ? w[y - 1][x] : Float.NaN;
    float after = y + 2 < height && known[y + 2][x] > 0 ? w[y + 2][x] : Float.NaN;
    return isStep(before, w[y][x], w[y + 1][x], after);
  }

  /** Whether depth changes by more than a step between two pixels. */
  private boolean isJump(float w1, float w2) {
    return Math.abs(w1 - w2) > limit(w1, w2);
  }

  /**
   * Whether a jump between w1 and w2 is a step: on steep planes the slope of a side leads there.
   */
  private boolean isStep(float before, float w1, float w2, float after) {
    // NaN where there is no such pixel; the comparison is false then.
    return !(Math.abs(w1 + w1 - before - w2) <= limit(w1, w2))
        && !(Math.abs(w2 + w2 - w1 - after) <= limit(w1, w2));
  }

  /** The largest change of depth that is no step, as a difference of inverse depth. */
  private float limit(float w1, float w2) {
    // 2 f (z + 1) metres at the nearer pixel's z, times w1 w2.
    return 2 * change * (1 + Math.max(w1, w2)) * Math.min(w1, w2);
  }
}
