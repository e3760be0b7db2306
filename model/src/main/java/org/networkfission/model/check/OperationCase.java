package org.networkfission.model.check;

import java.util.List;
import java.util.function.Function;
import org.networkfission.model.network.BatchStatistics;
import org.networkfission.model.op.ActivationFunction;
import org.networkfission.model.op.FeatureMap;
import org.networkfission.model.op.StageBuilder;
import org.networkfission.model.op.StageProgram;

/**
 * An operation by itself, of a size at which sums are long enough to show a wrong precision.
 *
 * @param name in reports
 */
record OperationCase(String name, StageProgram program) {
  private static final FeatureMap X = new FeatureMap("x", 32, 24, 32);
  private static final FeatureMap IMAGE = new FeatureMap("x", 3, 48, 64);
  private static final FeatureMap Y = new FeatureMap("y", 32, 24, 32);

  /** A case for every kind of operation. */
  static List<OperationCase> all() {
    return List.of(
        of("convolution 1x1", X, s -> s.convolution("w", X, 48, 1, 1, 1)),
        of("convolution 3x3", X, s -> s.convolution("w", X, 48, 3, 1, 1)),
        of("convolution 3x3, stride 2", X, s -> s.convolution("w", X, 32, 3, 2, 1)),
        of("convolution 3x3, dilation 12", X, s -> s.convolution("w", X, 32, 3, 1, 12)),
        of("convolution 7x7, stride 2", IMAGE, s -> s.convolution("w", IMAGE, 64, 7, 2, 1)),
        of(
            "depthwise convolution",
            X,
            s -> s.depthwiseNorm("w", X, 5, 2, 1, ActivationFunction.HARD_SWISH)),
        of("transposed convolution", X, s -> s.upConvolutionNorm("w", X, 16, 8, 4)),
        of("batch norm", X, s -> s.batchNorm("n", X, ActivationFunction.NONE)),
        of("batch norm with ReLU", X, s -> s.batchNorm("n", X, ActivationFunction.RELU)),
        of("ReLU6", X, s -> s.activate(X, ActivationFunction.RELU6)),
        of("squeeze and excite", X, s -> s.squeezeExcite("se", X, 8)),
        of("max pool", X, s -> s.maxPool("p", X)),
        of("global mean", X, s -> s.globalAveragePool("p", X)),
        of("bilinear upsampling", X, s -> s.upsample("u", X, 96, 128)),
        new OperationCase("add", stage(s -> s.add("a", X, Y), X, Y)),
        new OperationCase("concat", stage(s -> s.concat("c", X, Y), X, Y)),
        of("slice", X, s -> s.slice("c", X, 5, 7)),
        of("dropout", X, s -> s.dropout("d", X, 0.4)));
  }

  private static OperationCase of(
      String name, FeatureMap input, Function<StageBuilder, FeatureMap> ops) {
    return new OperationCase(name, stage(ops, input));
  }

  private static StageProgram stage(Function<StageBuilder, FeatureMap> ops, FeatureMap... inputs) {
    StageBuilder builder = new StageBuilder("stage", BatchStatistics.REPLICA, 0.9, inputs);
    return builder.build(ops.apply(builder));
  }
}
