package org.networkfission.prep.normals.accurate;

import java.util.Arrays;

/**
 * Fits a plane around every pixel: least squares of inverse depth over column and row, weighted by
 * the exponential of the distance along a path that first follows the row, then the column, and
 * never crosses a place where the surface ends.
 *
 * <p>The weights of a row follow from its neighbour's by one multiplication, so the cost does not
 * depend on the window's size. All sums are relative to their own pixel (column, row and inverse
 * depth), which keeps single precision exact enough for planes; moving them by one pixel is a shift
 * of moments. One instance per thread; buffers are kept.
 */
public final class PlaneFilter {
  /** Smallest variance of positions in any direction, in squared pixels, that defines a slope. */
  private static final float MIN_EXTENT = 0.02f;

  /** Keeps sums that fade out from becoming subnormal, which is slow. */
  private static final float TINY = 1e-25f;

  // Sums over a row: weight, u, uu, w, wu.
  private static final int ROW_SUMS = 5;
  private static final int ONE = 0;
  private static final int U = 1;
  private static final int UU = 2;
  private static final int W = 3;
  private static final int WU = 4;
  // Sums over rows: also v, vv, uv, wv.
  private static final int SUMS = 9;
  private static final int V = 5;
  private static final int VV = 6;
  private static final int UV = 7;
  private static final int WV = 8;

  private int width;
  private int height;
  private float[][][] rows = {};
  private float[][][] below = {};
  private float[][] state = {};
  private float[][] fromRight = {};
  private float[] pass = {};

  private PlaneField planes = new PlaneField(0, 0);

  /** The planes of the last fit. */
  public PlaneField planes() {
    return planes;
  }

  /**
   * Fits.
   *
   * @param decay the factor by which a weight falls from one pixel to the next, 0 to 1
   */
  public void fit(InverseDepth depth, float decay) {
    resize(depth.width(), depth.height());
    sumRow(depth, height - 1, decay);
    for (int y = height - 2; y >= 0; y--) {
      passWeights(depth.down[y], decay);
      shiftUp(y, depth.w[y], depth.w[y + 1]);
      sumRow(depth, y, decay);
    }
    for (float[] sums : state) {
      Arrays.fill(sums, 0, width, 0);
    }
    for (int y = 0; y < height; y++) {
      if (y > 0) {
        passWeights(depth.down[y - 1], decay);
        shiftDown(y, depth.w[y - 1], depth.w[y]);
      }
      solve(y, depth.w[y]);
    }
  }

  private void resize(int newWidth, int newHeight) {
    if (newWidth == width && newHeight == height) {
      return;
    }
    width = newWidth;
    height = newHeight;
    rows = new float[height][ROW_SUMS][width];
    below = new float[height][SUMS][width];
    state = new float[SUMS][width];
    fromRight = new float[ROW_SUMS][width];
    pass = new float[width];
    planes = new PlaneField(width, height);
  }

  private void passWeights(float[] open, float decay) {
    for (int x = 0; x < width; x++) {
      pass[x] = open[x] * decay;
    }
  }

  /** Sums a row from both ends at once: the two chains of additions do not wait for each other. */
  private void sumRow(InverseDepth depth, int y, float decay) {
    float[] w = depth.w[y];
    float[] known = depth.known[y];
    float[] open = depth.right[y];
    float[][] sums = rows[y];
    float[] left1 = sums[ONE];
    float[] leftU = sums[U];
    float[] leftUU = sums[UU];
    float[] leftW = sums[W];
    float[] leftWU = sums[WU];
    float[] right1 = fromRight[ONE];
    float[] rightU = fromRight[U];
    float[] rightUU = fromRight[UU];
    float[] rightW = fromRight[W];
    float[] rightWU = fromRight[WU];
    float s1 = 0;
    float su = 0;
    float suu = 0;
    float sw = 0;
    float swu = 0;
    float z1 = 0;
    float zu = 0;
    float zuu = 0;
    float zw = 0;
    float zwu = 0;
    int last = width - 1;
    left1[0] = known[0];
    leftU[0] = 0;
    leftUU[0] = 0;
    leftW[0] = 0;
    leftWU[0] = 0;
    right1[last] = 0;
    rightU[last] = 0;
    rightUU[last] = 0;
    rightW[last] = 0;
    rightWU[last] = 0;
    for (int x = 1; x <= last; x++) {
      float t = open[x - 1] * decay;
      float d = w[x] - w[x - 1];
      s1 = t * (s1 + known[x - 1]) + TINY;
      suu = t * (suu - 2 * su) + s1;
      su = t * su - s1;
      swu = t * (swu - sw) - d * su;
      sw = t * sw - d * s1 + TINY;
      left1[x] = s1 + known[x];
      leftU[x] = su;
      leftUU[x] = suu;
      leftW[x] = sw;
      leftWU[x] = swu;
      int z = last - x;
      t = open[z] * decay;
      d = w[z] - w[z + 1];
      z1 = t * (z1 + known[z + 1]) + TINY;
      zuu = t * (zuu + 2 * zu) + z1;
      zu = t * zu + z1;
      zwu = t * (zwu + zw) - d * zu;
      zw = t * zw - d * z1 + TINY;
      right1[z] = z1;
      rightU[z] = zu;
      rightUU[z] = zuu;
      rightW[z] = zw;
      rightWU[z] = zwu;
    }
    for (int x = 0; x < width; x++) {
      left1[x] += right1[x];
      leftU[x] += rightU[x];
      leftUU[x] += rightUU[x];
      leftW[x] += rightW[x];
      leftWU[x] += rightWU[x];
    }
  }

  /** Moves the sums of row y + 1 and of all below it to row y. */
  private void shiftUp(int y, float[] w, float[] wBelow) {
    shift(rows[y + 1], below[y + 1], below[y], w, wBelow, 1);
  }

  /** Moves the sums of row y - 1 and of all above it to row y. */
  private void shiftDown(int y, float[] wAbove, float[] w) {
    shift(rows[y - 1], state, state, w, wAbove, -1);
  }

  /**
   * Moves sums by one row.
   *
   * @param row the sums of the row itself
   * @param from the sums of the rows beyond it, relative to it
   * @param to where the sum of both goes
   * @param wTo inverse depth of the row to which the sums move
   * @param wFrom inverse depth of the row from which they come
   * @param dv what the move adds to the samples' row offsets
   */
  private void shift(
      float[][] row, float[][] from, float[][] to, float[] wTo, float[] wFrom, float dv) {
    float[] r1 = row[ONE];
    float[] ru = row[U];
    float[] ruu = row[UU];
    float[] rw = row[W];
    float[] rwu = row[WU];
    float[] f1 = from[ONE];
    float[] fu = from[U];
    float[] fuu = from[UU];
    float[] fw = from[W];
    float[] fwu = from[WU];
    float[] fv = from[V];
    float[] fvv = from[VV];
    float[] fuv = from[UV];
    float[] fwv = from[WV];
    float[] t1 = to[ONE];
    float[] tu = to[U];
    float[] tuu = to[UU];
    float[] tw = to[W];
    float[] twu = to[WU];
    float[] tv = to[V];
    float[] tvv = to[VV];
    float[] tuv = to[UV];
    float[] twv = to[WV];
    float[] factor = pass;
    for (int x = 0; x < width; x++) {
      float t = factor[x];
      float d = wTo[x] - wFrom[x];
      float s1 = t * (r1[x] + f1[x]);
      float su = t * (ru[x] + fu[x]);
      float sw = t * (rw[x] + fw[x]);
      float sv = t * fv[x];
      float movedV = sv + dv * s1;
      t1[x] = s1;
      tu[x] = su;
      tuu[x] = t * (ruu[x] + fuu[x]);
      tv[x] = movedV;
      tvv[x] = t * fvv[x] + 2 * dv * sv + s1;
      tuv[x] = t * fuv[x] + dv * su;
      tw[x] = sw - d * s1;
      twu[x] = t * (rwu[x] + fwu[x]) - d * su;
      twv[x] = t * fwv[x] + dv * sw - d * movedV;
    }
  }

  private void solve(int y, float[] w) {
    float[][] r = rows[y];
    float[][] b = below[y];
    float[] r1 = r[ONE];
    float[] ru = r[U];
    float[] ruu = r[UU];
    float[] rw = r[W];
    float[] rwu = r[WU];
    float[] b1 = b[ONE];
    float[] bu = b[U];
    float[] buu = b[UU];
    float[] bw = b[W];
    float[] bwu = b[WU];
    float[] bv = b[V];
    float[] bvv = b[VV];
    float[] buv = b[UV];
    float[] bwv = b[WV];
    float[] a1 = state[ONE];
    float[] au = state[U];
    float[] auu = state[UU];
    float[] aw = state[W];
    float[] awu = state[WU];
    float[] av = state[V];
    float[] avv = state[VV];
    float[] auv = state[UV];
    float[] awv = state[WV];
    float[] outU = planes.slopeU[y];
    float[] outV = planes.slopeV[y];
    float[] outLevel = planes.level[y];
    float[] quality = pass;
    for (int x = 0; x < width; x++) {
      float n = 1 / (r1[x] + b1[x] + a1[x]);
      float mu = (ru[x] + bu[x] + au[x]) * n;
      float mv = (bv[x] + av[x]) * n;
      float mw = (rw[x] + bw[x] + aw[x]) * n;
      float cuu = (ruu[x] + buu[x] + auu[x]) * n - mu * mu;
      float cvv = (bvv[x] + avv[x]) * n - mv * mv;
      float cuv = (buv[x] + auv[x]) * n - mu * mv;
      float cuw = (rwu[x] + bwu[x] + awu[x]) * n - mu * mw;
      float cvw = (bwv[x] + awv[x]) * n - mv * mw;
      float det = cuu * cvv - cuv * cuv;
      float scale = 1 / det;
      float u = (cuw * cvv - cvw * cuv) * scale;
      float v = (cvw * cuu - cuw * cuv) * scale;
      outU[x] = u;
      outV[x] = v;
      outLevel[x] = w[x] + mw - u * mu - v * mv;
      quality[x] = det - MIN_EXTENT * (cuu + cvv);
    }
    for (int x = 0; x < width; x++) {
      // Not the negation: NaN where there is nothing to fit to.
      if (!(quality[x] > 0)) {
        outU[x] = Float.NaN;
      }
    }
  }
}
