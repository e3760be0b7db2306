package org.networkfission.model.loss;

/**
 * Loops over rows of numbers, a number per pixel. The JVM turns a loop into vector instructions
 * where it runs over whole arrays of one type from their beginnings, and calls and branches are
 * none; so a row is an array of its own, and is computed to its end.
 */
final class Rows {
  private Rows() {}

  /** Floats as doubles. */
  static void widen(float[] from, double[] to) {
    for (int i = 0; i < to.length; i++) {
      to[i] = from[i];
    }
  }

  /** Doubles as floats. */
  static void narrow(double[] from, float[] to) {
    for (int i = 0; i < to.length; i++) {
      to[i] = (float) from[i];
    }
  }

  static void raise(float[] largest, float[] x) {
    for (int i = 0; i < largest.length; i++) {
      largest[i] = Math.max(largest[i], x[i]);
    }
  }

  static void raise(double[] largest, double[] x) {
    for (int i = 0; i < largest.length; i++) {
      largest[i] = Math.max(largest[i], x[i]);
    }
  }

  static void raiseToSize(float[] largest, float[] x) {
    for (int i = 0; i < largest.length; i++) {
      largest[i] = Math.max(largest[i], Math.abs(x[i]));
    }
  }

  static void raiseToSize(double[] largest, double[] x) {
    for (int i = 0; i < largest.length; i++) {
      largest[i] = Math.max(largest[i], Math.abs(x[i]));
    }
  }

  static void sizes(double[] x, double[] sizes) {
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = Math.abs(x[i]);
    }
  }

  static void add(float[] sum, float[] x) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += x[i];
    }
  }

  static void add(double[] sum, double[] x) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += x[i];
    }
  }

  static void multiply(float[] x, float[] by) {
    for (int i = 0; i < x.length; i++) {
      x[i] *= by[i];
    }
  }

  static void multiply(double[] x, double[] by) {
    for (int i = 0; i < x.length; i++) {
      x[i] *= by[i];
    }
  }

  static void multiply(double[] x, double by) {
    for (int i = 0; i < x.length; i++) {
      x[i] *= by;
    }
  }
}
