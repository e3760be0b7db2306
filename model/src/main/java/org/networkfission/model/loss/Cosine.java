package org.networkfission.model.loss;

/** One minus the cosine of the angle between the predicted and the true normal. */
public final class Cosine extends PixelLoss {
  /** Smallest squared length that a prediction is divided by the root of, as TensorFlow's. */
  private static final double SMALLEST = 1e-12;

  @Override
  public Formula formula() {
    return Formula.of("cosine", Formula.Look.NONE);
  }

  @Override
  double add(Block block) {
    double[][] p = block.doubles();
    double[][] t = {block.rows[0], block.rows[1], block.rows[2]};
    double[] squared = block.rows[3];
    double[] inverse = block.rows[4];
    double[] cosine = block.rows[5];
    double[] along = block.rows[6];
    for (int c = 0; c < t.length; c++) {
      Rows.widen(block.truth[c], t[c]);
    }
    dot(t, t, squared);
    inverseRoots(squared, inverse);
    for (double[] row : t) {
      Rows.multiply(row, inverse);
    }
    dot(p, t, cosine);
    dot(p, p, squared);
    inverseRoots(squared, inverse);
    Rows.multiply(cosine, inverse);
    double loss = 0;
    for (int i = 0; i < block.count; i++) {
      loss += block.valid[i] ? 1 - cosine[i] : 0;
      // Below the smallest length the divisor is a constant.
      along[i] = squared[i] > SMALLEST ? cosine[i] * inverse[i] : 0;
    }
    double[][] gradient = block.gradient();
    for (int c = 0; c < gradient.length; c++) {
      gradient(gradient[c], inverse, t[c], along, p[c]);
    }
    block.clearInvalid(gradient);
    return loss;
  }

  private static void dot(double[][] a, double[][] b, double[] dot) {
    dot(a[0], a[1], a[2], b[0], b[1], b[2], dot);
  }

  private static void dot(
      double[] ax, double[] ay, double[] az, double[] bx, double[] by, double[] bz, double[] dot) {
    for (int i = 0; i < dot.length; i++) {
      dot[i] = ax[i] * bx[i] + ay[i] * by[i] + az[i] * bz[i];
    }
  }

  private static void inverseRoots(double[] squared, double[] inverse) {
    for (int i = 0; i < inverse.length; i++) {
      inverse[i] = 1 / Math.sqrt(Math.max(squared[i], SMALLEST));
    }
  }

  private static void gradient(
      double[] gradient, double[] inverse, double[] truth, double[] along, double[] predicted) {
    for (int i = 0; i < gradient.length; i++) {
      gradient[i] = -inverse[i] * (truth[i] - along[i] * predicted[i]);
    }
  }
}
