package org.networkfission.model.loss;

/**
 * The loss of inverse depth in 1/metres (supplement 1.2): the prediction of each image is brought
 * to the truth by the scale and shift of least squares over its valid pixels; of the absolute
 * differences that stay, the largest fifth is left out (Ranftl et al. 2020). That alone would let
 * predictions wander out of float16's range, so a quarter of the plain depth loss is added: of
 * inverse depth too, since in metres it would have a pole at 0. Divided by all valid pixels.
 *
 * <p>The gradient takes into account that scale and shift depend on the prediction.
 */
public final class ScaleShiftInvariant extends PixelLoss {
  private static final double PLAIN = 0.25;
  private static final double KEPT = 0.8;

  /** Below this share of its mean square, the prediction's variance has no scale to find. */
  private static final double FLAT = 1e-9;

  private final DepthLoss plainKind;
  private final DepthDifference plain;

  private double scale;
  private double shift;

  /** Differences beyond it are left out. */
  private double largest;

  // What all pixels' gradients have in common.
  private double meanSign;
  private double along;
  private double predictionMean;
  private double truthMean;

  /**
   * @param plain of which a quarter is added
   */
  public ScaleShiftInvariant(DepthLoss plain) {
    this.plainKind = plain;
    this.plain = new DepthDifference(plain);
  }

  @Override
  public Formula formula() {
    return Formula.of(
        plainKind == DepthLoss.BERHU ? "alignedReverseHuber" : "alignedAbsolute",
        Formula.Look.ALIGNMENT);
  }

  @Override
  void begin(Pixels prediction, Target target, int image) {
    plain.begin(prediction, target, image);
    int from = image * target.pixels();
    double[] d = prediction.copy(from, target.pixels());
    double[] y = new double[target.pixels()];
    int n = 0;
    for (int i = 0; i < d.length; i++) {
      if (target.valid()[from + i]) {
        d[n] = d[i];
        y[n++] = target.values()[from + i];
      }
    }
    predictionMean = mean(d, n);
    truthMean = mean(y, n);
    double variance = 0;
    double covariance = 0;
    double square = 0;
    for (int i = 0; i < n; i++) {
      double centred = d[i] - predictionMean;
      variance += centred * centred;
      covariance += centred * (y[i] - truthMean);
      square += d[i] * d[i];
    }
    boolean flat = variance <= FLAT * square;
    scale = flat ? 0 : covariance / variance;
    shift = truthMean - scale * predictionMean;
    double[] sizes = new double[n];
    for (int i = 0; i < n; i++) {
      sizes[i] = Math.abs(scale * d[i] + shift - y[i]);
    }
    largest = n == 0 ? 0 : Ranks.select(sizes, n, Math.max(0, (int) Math.ceil(KEPT * n) - 1));
    double signs = 0;
    double product = 0;
    for (int i = 0; i < n; i++) {
      double sign = sign(scale * d[i] + shift - y[i]);
      signs += sign;
      product += sign * (d[i] - predictionMean);
    }
    meanSign = n == 0 ? 0 : signs / n;
    along = flat ? 0 : product / variance;
  }

  private static double mean(double[] values, int count) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += values[i];
    }
    return count == 0 ? 0 : sum / count;
  }

  /** The slope of the absolute value of a difference, 0 where it is left out. */
  private double sign(double difference) {
    return Math.abs(difference) <= largest ? Math.signum(difference) : 0;
  }

  @Override
  double add(Block block) {
    double loss = PLAIN * plain.add(block);
    double[] predicted = block.doubles()[0];
    double[] gradient = block.gradient()[0];
    for (int i = 0; i < block.count; i++) {
      if (!block.valid[i]) {
        continue;
      }
      double d = predicted[i];
      double y = block.truth[0][i];
      double difference = scale * d + shift - y;
      loss += Math.abs(difference) <= largest ? Math.abs(difference) : 0;
      // Through the pixel itself, through the shift, and through the scale.
      gradient[i] =
          PLAIN * gradient[i]
              + scale * (sign(difference) - meanSign)
              + along * (y - truthMean - 2 * scale * (d - predictionMean));
    }
    return loss;
  }
}
