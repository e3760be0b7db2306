package org.networkfission.model.op;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.networkfission.model.network.InitialDeviation;

/**
 * Values before training. Kernels: He et al. 2015, a normal distribution of variance 2 / fan-in cut
 * off at two standard deviations. A tensor's values depend on the seed and its name alone, so that
 * they do not change with the other tasks of the network.
 */
public final class Initialisation {
  /** Standard deviation of a standard normal that was cut off at two standard deviations. */
  private static final double TRUNCATED_DEVIATION = 0.8796256610342398;

  private Initialisation() {}

  /** A tensor's values before training, kernels as of He et al. */
  public static float[] values(Parameter parameter, List<Op> ops, long seed) {
    return values(parameter, ops, seed, InitialDeviation.HE);
  }

  /**
   * A tensor's values before training, row-major.
   *
   * @param ops the operations of its stage
   * @param spread whether a kernel has its variance after the cut or before it
   */
  public static float[] values(
      Parameter parameter, List<Op> ops, long seed, InitialDeviation spread) {
    return switch (parameter.kind()) {
      case WEIGHT -> weight(parameter, seed, spread);
      case GAMMA -> constant(parameter, owner(parameter, ops).initialGamma());
      case BETA -> constant(parameter, shift(parameter, ops));
      case RUNNING_STATISTIC ->
          constant(parameter, parameter.name().equals(owner(parameter, ops).variance()) ? 1 : 0);
      case FROZEN -> throw new IllegalStateException("A new tensor is frozen: " + parameter);
    };
  }

  private static float[] constant(Parameter parameter, double value) {
    float[] values = new float[parameter.length()];
    Arrays.fill(values, (float) value);
    return values;
  }

  /** A batch norm's shift before training, or a bias, which begins at 0. */
  private static double shift(Parameter parameter, List<Op> ops) {
    boolean bias =
        ops.stream().anyMatch(op -> op instanceof Op.Bias && op.parameters().contains(parameter));
    return bias ? 0 : owner(parameter, ops).initialBeta();
  }

  private static Op.BatchNorm owner(Parameter parameter, List<Op> ops) {
    return ops.stream()
        .filter(Op.BatchNorm.class::isInstance)
        .map(Op.BatchNorm.class::cast)
        .filter(op -> op.parameters().contains(parameter))
        .findFirst()
        .orElseThrow();
  }

  private static float[] weight(Parameter parameter, long seed, InitialDeviation spread) {
    SplittableRandom random =
        new SplittableRandom(Hash.mix(seed ^ Hash.mix(Hash.of(parameter.name()))));
    double cut = spread == InitialDeviation.HE ? TRUNCATED_DEVIATION : 1;
    double deviation = Math.sqrt(2.0 / parameter.fanIn()) / cut;
    float[] values = new float[parameter.length()];
    for (int i = 0; i < values.length; i++) {
      double z;
      do {
        z = random.nextGaussian();
      } while (Math.abs(z) > 2);
      values[i] = (float) (z * deviation);
    }
    return values;
  }
}
