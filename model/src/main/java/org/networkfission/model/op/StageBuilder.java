package org.networkfission.model.op;

import java.util.ArrayList;
import java.util.List;
import org.networkfission.model.network.BatchNorm;

/** Writes the operations of one stage, keeping track of shapes. */
public final class StageBuilder {
  private final String name;
  private final List<FeatureMap> inputs;
  private final BatchNorm batchNorm;
  private final double decay;
  private final List<Op> ops = new ArrayList<>();
  private double epsilon = Op.Normalisation.EPSILON;

  /**
   * Begins a stage.
   *
   * @param decay share of the old running statistics that a step keeps
   * @param inputs feature maps of other stages
   */
  public StageBuilder(String name, BatchNorm batchNorm, double decay, FeatureMap... inputs) {
    this.name = name;
    this.batchNorm = batchNorm;
    this.decay = decay;
    this.inputs = List.of(inputs);
  }

  /** What the batch norms from here on add to the variance. */
  public StageBuilder epsilon(double value) {
    epsilon = value;
    return this;
  }

  /** A convolution whose kernel has this very name. */
  public FeatureMap convolution(
      String weight, FeatureMap x, int channels, int kernel, int stride, int dilation) {
    FeatureMap out =
        new FeatureMap(weight + ":out", channels, x.height() / stride, x.width() / stride);
    return add(new Op.Convolution(weight, x, out, kernel, stride, dilation, false));
  }

  /** A depthwise convolution {@code layer.conv.weight} and batch norm {@code layer.bn}. */
  public FeatureMap depthwiseNorm(
      String layer, FeatureMap x, int kernel, int stride, int dilation, Activation activation) {
    String weight = layer + ".conv.weight";
    FeatureMap out =
        new FeatureMap(weight + ":out", x.channels(), x.height() / stride, x.width() / stride);
    FeatureMap y = add(new Op.Convolution(weight, x, out, kernel, stride, dilation, true));
    return norm(layer + ".bn", y, activation);
  }

  /**
   * Squeeze and excite (Hu et al. 2018) as in MobileNetV3: each channel is scaled by what two small
   * layers, {@code layer.fc1} and {@code layer.fc2}, say of the means of all channels.
   *
   * @param squeezed channels between the two layers
   */
  public FeatureMap squeezeExcite(String layer, FeatureMap x, int squeezed) {
    FeatureMap y = globalMean(layer, x);
    y = activate(biased(layer + ".fc1", y, squeezed), Activation.RELU);
    y = activate(biased(layer + ".fc2", y, x.channels()), Activation.HARD_SIGMOID);
    return add(
        new Op.Scale(x, y, new FeatureMap(layer + ":scaled", x.channels(), x.height(), x.width())));
  }

  /** A 1x1 convolution {@code layer.weight} with a bias {@code layer.bias}. */
  private FeatureMap biased(String layer, FeatureMap x, int channels) {
    FeatureMap y = pointwise(layer, x, channels, 1);
    FeatureMap out = new FeatureMap(layer + ".bias:out", y.channels(), y.height(), y.width());
    return add(new Op.Bias(layer + ".bias", y, out));
  }

  /** A function of each feature by itself. */
  public FeatureMap activate(FeatureMap x, Activation activation) {
    FeatureMap out = new FeatureMap(x.name() + ":activated", x.channels(), x.height(), x.width());
    return add(new Op.Nonlinearity(x, out, activation));
  }

  /** A 1x1 convolution {@code layer.weight}. */
  public FeatureMap pointwise(String layer, FeatureMap x, int channels, int stride) {
    return convolution(layer + ".weight", x, channels, 1, stride, 1);
  }

  /** A convolution {@code layer.conv.weight} and batch norm {@code layer.bn}. */
  public FeatureMap convolutionNorm(
      String layer,
      FeatureMap x,
      int channels,
      int kernel,
      int stride,
      int dilation,
      Activation activation) {
    FeatureMap y = convolution(layer + ".conv.weight", x, channels, kernel, stride, dilation);
    return norm(layer + ".bn", y, activation);
  }

  /** A transposed convolution {@code layer.weight} and batch norm {@code layer.bn}. */
  public FeatureMap upConvolutionNorm(
      String layer, FeatureMap x, int channels, int kernel, int stride) {
    FeatureMap out =
        new FeatureMap(layer + ":out", channels, x.height() * stride, x.width() * stride);
    FeatureMap y = add(new Op.TransposedConvolution(layer + ".weight", x, out, kernel, stride));
    return norm(layer + ".bn", y, Activation.NONE);
  }

  /** Batch norm and what follows it. */
  public FeatureMap norm(String layer, FeatureMap x, Activation activation) {
    return norm(layer, x, activation, 1, 0);
  }

  /**
   * Batch norm.
   *
   * @param gamma its scale before training
   * @param beta its shift before training
   */
  public FeatureMap norm(
      String layer, FeatureMap x, Activation activation, double gamma, double beta) {
    FeatureMap y =
        add(
            new Op.Normalisation(
                layer,
                x,
                new FeatureMap(layer + ":out", x.channels(), x.height(), x.width()),
                activation == Activation.RELU,
                batchNorm != BatchNorm.NONE,
                decay,
                gamma,
                beta,
                epsilon));
    boolean done = activation == Activation.NONE || activation == Activation.RELU;
    return done ? y : activate(y, activation);
  }

  /** 3x3 maximum at stride 2. */
  public FeatureMap maxPool(String layer, FeatureMap x) {
    return add(
        new Op.MaxPool(
            x, new FeatureMap(layer + ":out", x.channels(), x.height() / 2, x.width() / 2)));
  }

  /** The mean over all pixels. */
  public FeatureMap globalMean(String layer, FeatureMap x) {
    return add(new Op.GlobalMean(x, new FeatureMap(layer + ":mean", x.channels(), 1, 1)));
  }

  /** Bilinear interpolation to a size. */
  public FeatureMap upsample(String layer, FeatureMap x, int height, int width) {
    return add(
        new Op.Upsampling(x, new FeatureMap(layer + ":upsampled", x.channels(), height, width)));
  }

  /** The sum of two feature maps. */
  public FeatureMap add(String layer, FeatureMap left, FeatureMap right) {
    return add(
        new Op.Add(
            left,
            right,
            new FeatureMap(layer + ":sum", left.channels(), left.height(), left.width())));
  }

  /** Feature maps along the channels. */
  public FeatureMap concat(String layer, FeatureMap... maps) {
    int channels = List.of(maps).stream().mapToInt(FeatureMap::channels).sum();
    return add(
        new Op.Concat(
            List.of(maps),
            new FeatureMap(layer + ":concat", channels, maps[0].height(), maps[0].width())));
  }

  /** Some channels of a feature map. */
  public FeatureMap slice(String layer, FeatureMap x, int from, int channels) {
    return add(
        new Op.Slice(x, from, new FeatureMap(layer + ":slice", channels, x.height(), x.width())));
  }

  /** Dropout. */
  public FeatureMap dropout(String layer, FeatureMap x, double rate) {
    FeatureMap out = new FeatureMap(layer + ":dropout", x.channels(), x.height(), x.width());
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
