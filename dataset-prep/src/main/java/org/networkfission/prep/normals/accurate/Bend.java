package org.networkfission.prep.normals.accurate;

import java.util.Arrays;

/**
 * How much of a surface's deviation from its plane is a quadratic bend, by least squares. One
 * instance per thread.
 */
final class Bend {
  /** 1, u, v, uu, uv, vv. */
  private static final int TERMS = 6;

  private static final int BENT_TERMS = 3;

  private final double[][] equations = new double[TERMS][TERMS + 1];
  private final double[] terms = new double[TERMS];
  private final double[] bend = new double[TERMS];
  private double squares;
  private int count;

  void clear() {
    for (double[] equation : equations) {
      Arrays.fill(equation, 0);
    }
    squares = 0;
    count = 0;
  }

  /**
   * Adds a deviation.
   *
   * @param u column relative to the region's centre and size
   * @param v row, likewise
   */
  void add(double u, double v, double deviation) {
    terms[0] = 1;
    terms[1] = u;
    terms[2] = v;
    terms[3] = u * u;
    terms[4] = u * v;
    terms[5] = v * v;
    for (int i = 0; i < TERMS; i++) {
      for (int j = 0; j < TERMS; j++) {
        equations[i][j] += terms[i] * terms[j];
      }
      equations[i][TERMS] += terms[i] * deviation;
    }
    squares += deviation * deviation;
    count++;
  }

  /**
   * Fits the bend.
   *
   * @return the ratio of the variance it explains, per term, to the variance that is left (an F
   *     statistic); 0 where there are too few deviations
   */
  double significance() {
    if (count <= TERMS) {
      return 0;
    }
    System.arraycopy(constants(), 0, terms, 0, TERMS);
    if (!eliminate()) {
      return 0;
    }
    double explained = 0;
    for (int i = 0; i < TERMS; i++) {
      explained += terms[i] * bend[i];
    }
    double left = Math.max(0, squares - explained) / (count - TERMS);
    return left > 0 ? explained / BENT_TERMS / left : Double.POSITIVE_INFINITY;
  }

  /** The slope of the bend at u = 1 or v = 1, whichever is larger. */
  double slope() {
    double alongU = Math.hypot(2 * bend[3], bend[4]);
    double alongV = Math.hypot(bend[4], 2 * bend[5]);
    return Math.max(alongU, alongV);
  }

  private double[] constants() {
    for (int i = 0; i < TERMS; i++) {
      bend[i] = equations[i][TERMS];
    }
    return bend;
  }

  /** Gauss with the largest pivots of each column; the solution goes to {@code bend}. */
  private boolean eliminate() {
    for (int i = 0; i < TERMS; i++) {
      int pivot = i;
      for (int r = i + 1; r < TERMS; r++) {
        if (Math.abs(equations[r][i]) > Math.abs(equations[pivot][i])) {
          pivot = r;
        }
      }
      double[] row = equations[pivot];
      equations[pivot] = equations[i];
      equations[i] = row;
      if (!(Math.abs(row[i]) > 1e-9 * count)) {
        return false; // All in a line.
      }
      for (int r = i + 1; r < TERMS; r++) {
        double factor = equations[r][i] / row[i];
        for (int c = i; c <= TERMS; c++) {
          equations[r][c] -= factor * row[c];
        }
      }
    }
    for (int i = TERMS - 1; i >= 0; i--) {
      double value = equations[i][TERMS];
      for (int c = i + 1; c < TERMS; c++) {
        value -= equations[i][c] * bend[c];
      }
      bend[i] = value / equations[i][i];
    }
    return true;
  }
}
