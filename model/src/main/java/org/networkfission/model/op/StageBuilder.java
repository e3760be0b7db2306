package org.networkfission.model.op;

import java.util.ArrayList;
import java.util.List;
import org.networkfission.model.network.BatchStatistics;

/** Writes the operations of one stage, keeping track of shapes. */
public final class StageBuilder {
  private final String name;
  private final List<FeatureMap> inputs;
  private final BatchStatistics batchNorm;
  private final double decay;
  private final List<Op> ops = new ArrayList<>();
  private double epsilon = Op.BatchNorm.EPSILON;
  private DataType features;

  /**
   * Begins a stage.
   *
   * @param decay share of the old running statistics that a step keeps
   * @param inputs feature maps of other stages
   */
  public StageBuilder(String name, BatchStatistics batchNorm, double decay, FeatureMap... inputs) {
    this.name = name;
    this.batchNorm = batchNorm;
    this.decay = decay;
    this.inputs = List.of(inputs);
    this.features = inputs[0].type();
  }

  /** What convolutions make from here on; at first what the stage's first input is. */
  public StageBuilder features(DataType type) {
    features = type;
    return this;
  }

  /** What the batch norms from here on add to the variance. */
  public StageBuilder epsilon(double value) {
    epsilon = value;
    return this;
  }

  /** A convolution whose kernel has this very name. */
  public FeatureMap convolution(
      String weight, FeatureMap x, int channels, int kernel, int stride, int dilation) {
    FeatureMap out = x.sized(weight + ":out", channels, x.height() / stride, x.width() / stride);
    return add(new Op.Convolution(weight, x, out.as(features), kernel, stride, dilation, false));
  }

  /** A depthwise convolution {@code owner.conv.weight} and batch norm {@code owner.bn}. */
  public FeatureMap depthwiseNorm(
      String owner,
      FeatureMap x,
      int kernel,
      int stride,
      int dilation,
      ActivationFunction activation) {
    String weight = owner + ".conv.weight";
    FeatureMap out =
        x.sized(weight + ":out", x.channels(), x.height() / stride, x.width() / stride);
    FeatureMap y =
        add(new Op.Convolution(weight, x, out.as(features), kernel, stride, dilation, true));
    return batchNorm(owner + ".bn", y, activation);
  }

  /**
   * Squeeze and excite (Hu et al. 2018) as in MobileNetV3: each channel is scaled by what two small
   * layers, {@code owner.fc1} and {@code owner.fc2}, say of the means of all channels.
   *
   * @param squeezed channels between the two layers
   */
  public FeatureMap squeezeExcite(String owner, FeatureMap x, int squeezed) {
    FeatureMap y = globalAveragePool(owner, x);
    y = activate(biased(owner + ".fc1", y, squeezed), ActivationFunction.RELU);
    y = activate(biased(owner + ".fc2", y, x.channels()), ActivationFunction.HARD_SIGMOID);
    return add(new Op.Scale(x, y, x.named(owner + ":scaled")));
  }

  /** A 1x1 convolution {@code owner.weight} with a bias {@code owner.bias}. */
  private FeatureMap biased(String owner, FeatureMap x, int channels) {
    FeatureMap y = pointwise(owner, x, channels, 1);
    FeatureMap out = y.named(owner + ".bias:out");
    return add(new Op.Bias(owner + ".bias", y, out));
  }

  /** A function of each feature by itself. */
  public FeatureMap activate(FeatureMap x, ActivationFunction activation) {
    FeatureMap out = x.named(x.name() + ":activated");
    return add(new Op.Activation(x, out, activation));
  }

  /** A 1x1 convolution {@code owner.weight}. */
  public FeatureMap pointwise(String owner, FeatureMap x, int channels, int stride) {
    return convolution(owner + ".weight", x, channels, 1, stride, 1);
  }

  /** A convolution {@code owner.conv.weight} and batch norm {@code owner.bn}. */
  public FeatureMap convolutionNorm(
      String owner,
      FeatureMap x,
      int channels,
      int kernel,
      int stride,
      int dilation,
      ActivationFunction activation) {
    FeatureMap y = convolution(owner + ".conv.weight", x, channels, kernel, stride, dilation);
    return batchNorm(owner + ".bn", y, activation);
  }

  /** A transposed convolution {@code owner.weight} and batch norm {@code owner.bn}. */
  public FeatureMap upConvolutionNorm(
      String owner, FeatureMap x, int channels, int kernel, int stride) {
    FeatureMap out = x.sized(owner + ":out", channels, x.height() * stride, x.width() * stride);
    FeatureMap y =
        add(new Op.TransposedConvolution(owner + ".weight", x, out.as(features), kernel, stride));
    return batchNorm(owner + ".bn", y, ActivationFunction.NONE);
  }

  /** Batch norm and what follows it. */
  public FeatureMap batchNorm(String owner, FeatureMap x, ActivationFunction activation) {
    return batchNorm(owner, x, activation, 1, 0);
  }

  /**
   * Batch norm.
   *
   * @param gamma its scale before training
   * @param beta its shift before training
   */
  public FeatureMap batchNorm(
      String owner, FeatureMap x, ActivationFunction activation, double gamma, double beta) {
    FeatureMap y =
        add(
            new Op.BatchNorm(
                owner,
                x,
                x.named(owner + ":out"),
                activation == ActivationFunction.RELU,
                batchNorm != BatchStatistics.NONE,
                decay,
                gamma,
                beta,
                epsilon));
    boolean done = activation == ActivationFunction.NONE || activation == ActivationFunction.RELU;
    return done ? y : activate(y, activation);
  }

  /** 3x3 maximum at stride 2. */
  public FeatureMap maxPool(String owner, FeatureMap x) {
    return add(
        new Op.MaxPool(x, x.sized(owner + ":out", x.channels(), x.height() / 2, x.width() / 2)));
  }

  /** The mean over all pixels. */
  public FeatureMap globalAveragePool(String owner, FeatureMap x) {
    return add(new Op.GlobalAveragePool(x, x.sized(owner + ":mean", x.channels(), 1, 1)));
  }

  /** Bilinear interpolation to a size. */
  public FeatureMap upsample(String owner, FeatureMap x, int height, int width) {
    return add(new Op.Upsampling(x, x.sized(owner + ":upsampled", x.channels(), height, width)));
  }

  /** The sum of two feature maps. */
  public FeatureMap add(String owner, FeatureMap left, FeatureMap right) {
    return add(new Op.Add(left, right, left.named(owner + ":sum")));
  }

  /** Feature maps along the channels. */
  public FeatureMap concat(String owner, FeatureMap... maps) {
    int channels = List.of(maps).stream().mapToInt(FeatureMap::channels).sum();
    return add(
        new Op.Concat(
            List.of(maps),
            maps[0].sized(owner + ":concat", channels, maps[0].height(), maps[0].width())));
  }

  /** Some channels of a feature map. */
  public FeatureMap slice(String owner, FeatureMap x, int from, int channels) {
    return add(new Op.Slice(x, from, x.sized(owner + ":slice", channels, x.height(), x.width())));
  }

  /** Dropout. */
  public FeatureMap dropout(String owner, FeatureMap x, double rate) {
    FeatureMap out = x.named(owner + ":dropout");
    return rate == 0 ? x : add(new Op.Dropout(x, out, rate));
  }

  /** Ends the stage. */
  public StageProgram build(FeatureMap output) {
    return new StageProgram(name, inputs, ops, output, false);
  }

  /** Ends a stage that only training needs. */
  public StageProgram buildForTraining(FeatureMap output) {
    return new StageProgram(name, inputs, ops, output, true);
  }

  private FeatureMap add(Op op) {
    ops.add(op);
    return op.output();
  }
}
