package org.networkfission.model.op;

import java.util.List;
import org.nd4j.shade.jackson.annotation.JsonSubTypes;
import org.nd4j.shade.jackson.annotation.JsonTypeInfo;
import org.networkfission.model.network.ParameterRange.Kind;

/** One operation of a stage: what it reads, what it makes, and the tensors that it owns. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "op")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Op.Convolution.class, name = "convolution"),
  @JsonSubTypes.Type(value = Op.TransposedConvolution.class, name = "transposed-convolution"),
  @JsonSubTypes.Type(value = Op.BatchNorm.class, name = "batch-norm"),
  @JsonSubTypes.Type(value = Op.Bias.class, name = "bias"),
  @JsonSubTypes.Type(value = Op.Activation.class, name = "activation"),
  @JsonSubTypes.Type(value = Op.Scale.class, name = "scale"),
  @JsonSubTypes.Type(value = Op.MaxPool.class, name = "max-pool"),
  @JsonSubTypes.Type(value = Op.GlobalAveragePool.class, name = "global-average-pool"),
  @JsonSubTypes.Type(value = Op.Upsampling.class, name = "upsampling"),
  @JsonSubTypes.Type(value = Op.Add.class, name = "add"),
  @JsonSubTypes.Type(value = Op.Concat.class, name = "concat"),
  @JsonSubTypes.Type(value = Op.Slice.class, name = "slice"),
  @JsonSubTypes.Type(value = Op.Dropout.class, name = "dropout")
})
public sealed interface Op {
  /** What is made of an operation of each kind: a new kind does not compile before all say it. */
  interface Visitor<R> {
    R convolution(Convolution op);

    R transposedConvolution(TransposedConvolution op);

    R batchNorm(BatchNorm op);

    R bias(Bias op);

    R activation(Activation op);

    R scale(Scale op);

    R maxPool(MaxPool op);

    R globalAveragePool(GlobalAveragePool op);

    R upsampling(Upsampling op);

    R add(Add op);

    R concat(Concat op);

    R slice(Slice op);

    R dropout(Dropout op);
  }

  /** Asks a visitor about this kind of operation. */
  <R> R accept(Visitor<R> visitor);

  /** The feature maps that it reads. */
  List<FeatureMap> inputs();

  /** The feature map that it makes. */
  FeatureMap output();

  /** The tensors that it owns. */
  default List<Parameter> parameters() {
    return List.of();
  }

  /** Multiply-adds of convolutions for one image; 0 for all else, as is the custom. */
  default long multiplyAdds() {
    return 0;
  }

  /** An operation that reads one feature map. */
  sealed interface Unary extends Op {
    FeatureMap input();

    @Override
    default List<FeatureMap> inputs() {
      return List.of(input());
    }
  }

  /**
   * A convolution with no bias and TensorFlow's SAME padding (the odd pixel right and below).
   *
   * @param weight name of the kernel, [out, in, kernel, kernel]; [channels, 1, kernel, kernel] if
   *     depthwise
   * @param dilation distance between the kernel's taps, 1 = adjacent
   * @param depthwise whether each channel is convolved with a kernel of its own
   */
  record Convolution(
      String weight,
      FeatureMap input,
      FeatureMap output,
      int kernel,
      int stride,
      int dilation,
      boolean depthwise)
      implements Unary {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.convolution(this);
    }

    /** The input's channels that one of the output's depends on. */
    public int depth() {
      return depthwise ? 1 : input.channels();
    }

    @Override
    public List<Parameter> parameters() {
      return List.of(Parameter.kernel(weight, depth(), output.channels(), depth(), kernel, kernel));
    }

    @Override
    public long multiplyAdds() {
      return output.features() * depth() * kernel * kernel;
    }

    /** Zeros above and to the left of the input. */
    public int paddingBefore(int inputSize, int outputSize) {
      return padding(inputSize, outputSize) / 2;
    }

    /** Zeros below and to the right of the input. */
    public int paddingAfter(int inputSize, int outputSize) {
      return padding(inputSize, outputSize) - paddingBefore(inputSize, outputSize);
    }

    private int padding(int inputSize, int outputSize) {
      return Math.max(0, (outputSize - 1) * stride + (kernel - 1) * dilation + 1 - inputSize);
    }
  }

  /**
   * A transposed convolution with no bias whose output is stride times its input.
   *
   * @param weight name of the kernel, [in, out, kernel, kernel]
   * @param kernel stride plus an even number
   */
  record TransposedConvolution(
      String weight, FeatureMap input, FeatureMap output, int kernel, int stride) implements Unary {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.transposedConvolution(this);
    }

    @Override
    public List<Parameter> parameters() {
      return List.of(
          Parameter.kernel(
              weight, input.channels(), input.channels(), output.channels(), kernel, kernel));
    }

    @Override
    public long multiplyAdds() {
      return input.features() * output.channels() * kernel * kernel;
    }

    /** Pixels cut off on each side. */
    public int padding() {
      return (kernel - stride) / 2;
    }
  }

  /**
   * Batch normalisation, with a ReLU after it or not.
   *
   * @param name what the names of its tensors begin with
   * @param statistics false: only gamma * x + beta
   * @param decay share of the old running statistics that a step keeps
   * @param initialGamma gamma before training
   * @param initialBeta beta before training
   * @param epsilon added to the variance
   */
  record BatchNorm(
      String name,
      FeatureMap input,
      FeatureMap output,
      boolean relu,
      boolean statistics,
      double decay,
      double initialGamma,
      double initialBeta,
      double epsilon)
      implements Unary {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.batchNorm(this);
    }

    /** The epsilon where nothing else is said, as in files that say nothing. */
    static final double EPSILON = 1e-5;

    public BatchNorm {
      epsilon = epsilon == 0 ? EPSILON : epsilon;
    }

    /** Name of the scale. */
    public String gamma() {
      return name + ".weight";
    }

    /** Name of the shift. */
    public String beta() {
      return name + ".bias";
    }

    /** Name of the running mean. */
    public String mean() {
      return name + ".mean";
    }

    /** Name of the running variance. */
    public String variance() {
      return name + ".variance";
    }

    @Override
    public List<Parameter> parameters() {
      List<Parameter> all =
          List.of(
              Parameter.vector(gamma(), input.channels(), Kind.GAMMA),
              Parameter.vector(beta(), input.channels(), Kind.BETA),
              Parameter.vector(mean(), input.channels(), Kind.RUNNING_STATISTIC),
              Parameter.vector(variance(), input.channels(), Kind.RUNNING_STATISTIC));
      return statistics ? all : all.subList(0, 2);
    }
  }

  /**
   * A number added to each channel.
   *
   * @param bias name of the numbers, [channels]
   */
  record Bias(String bias, FeatureMap input, FeatureMap output) implements Unary {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.bias(this);
    }

    @Override
    public List<Parameter> parameters() {
      return List.of(Parameter.vector(bias, input.channels(), Kind.BETA));
    }
  }

  /** A function of each feature by itself, never {@link ActivationFunction#NONE}. */
  record Activation(FeatureMap input, FeatureMap output, ActivationFunction function)
      implements Unary {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.activation(this);
    }
  }

  /**
   * Features times a factor per image and channel.
   *
   * @param factors [batch, channels, 1, 1]
   */
  record Scale(FeatureMap features, FeatureMap factors, FeatureMap output) implements Op {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.scale(this);
    }

    @Override
    public List<FeatureMap> inputs() {
      return List.of(features, factors);
    }
  }

  /** Maximum over 3x3 pixels at stride 2, with TensorFlow's SAME padding. */
  record MaxPool(FeatureMap input, FeatureMap output) implements Unary {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.maxPool(this);
    }
  }

  /** The mean over all pixels: [batch, channels, 1, 1]. */
  record GlobalAveragePool(FeatureMap input, FeatureMap output) implements Unary {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.globalAveragePool(this);
    }
  }

  /** Bilinear interpolation to a larger size, with half-pixel centres. */
  record Upsampling(FeatureMap input, FeatureMap output) implements Unary {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.upsampling(this);
    }
  }

  /** The sum of two feature maps. */
  record Add(FeatureMap left, FeatureMap right, FeatureMap output) implements Op {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.add(this);
    }

    @Override
    public List<FeatureMap> inputs() {
      return List.of(left, right);
    }
  }

  /** Feature maps one after the other along the channels. */
  record Concat(List<FeatureMap> inputs, FeatureMap output) implements Op {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.concat(this);
    }
  }

  /**
   * Some channels of a feature map.
   *
   * @param from its first channel
   */
  record Slice(FeatureMap input, int from, FeatureMap output) implements Unary {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.slice(this);
    }
  }

  /**
   * Sets a share of the features to zero while training and scales up the others.
   *
   * @param rate the share
   */
  record Dropout(FeatureMap input, FeatureMap output, double rate) implements Unary {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.dropout(this);
    }
  }
}
