package org.networkfission.model.check;

import java.util.List;
import java.util.function.Function;
import org.networkfission.model.network.BatchStatistics;
import org.networkfission.model.op.ActivationFunction;
import org.networkfission.model.op.DataType;
import org.networkfission.model.op.FeatureMap;
import org.networkfission.model.op.StageBuilder;
import org.networkfission.model.op.StageProgram;

/**
 * An operation by itself, of a size at which sums are long enough to show a wrong precision.
 *
 * @param name in reports
 */
record OperationCase(String name, StageProgram program) {
  /** A case for every kind of operation, with features of a type. */
  static List<OperationCase> all(DataType type) {
    FeatureMap x = new FeatureMap("x", 32, 24, 32, type);
    FeatureMap image = new FeatureMap("x", 3, 48, 64, type);
    FeatureMap y = new FeatureMap("y", 32, 24, 32, type);
    return List.of(
        of("convolution 1x1", x, s -> s.convolution("w", x, 48, 1, 1, 1)),
        of("convolution 3x3", x, s -> s.convolution("w", x, 48, 3, 1, 1)),
        of("convolution 3x3, stride 2", x, s -> s.convolution("w", x, 32, 3, 2, 1)),
        of("convolution 3x3, dilation 12", x, s -> s.convolution("w", x, 32, 3, 1, 12)),
        of("convolution 7x7, stride 2", image, s -> s.convolution("w", image, 64, 7, 2, 1)),
        of(
            "depthwise convolution",
            x,
            s -> s.depthwiseNorm("w", x, 5, 2, 1, ActivationFunction.NONE)),
        of("transposed convolution", x, s -> s.upConvolutionNorm("w", x, 16, 8, 4)),
        of("batch norm", x, s -> s.batchNorm("n", x, ActivationFunction.NONE)),
        of("batch norm with ReLU", x, s -> s.batchNorm("n", x, ActivationFunction.RELU)),
        of("hard swish", x, s -> s.activate(x, ActivationFunction.HARD_SWISH)),
        of("ReLU6", x, s -> s.activate(x, ActivationFunction.RELU6)),
        of("squeeze and excite", x, s -> s.squeezeExcite("se", x, 8)),
        of("max pool", x, s -> s.maxPool("p", x)),
        of("global mean", x, s -> s.globalAveragePool("p", x)),
        of("bilinear upsampling", x, s -> s.upsample("u", x, 96, 128)),
        new OperationCase("add", stage(s -> s.add("a", x, y), x, y)),
        new OperationCase("concat", stage(s -> s.concat("c", x, y), x, y)),
        of("slice", x, s -> s.slice("c", x, 5, 7)),
        of("dropout", x, s -> s.dropout("d", x, 0.4)));
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
