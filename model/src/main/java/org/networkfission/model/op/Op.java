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
  @JsonSubTypes.Type(value = Op.Normalisation.class, name = "normalisation"),
  @JsonSubTypes.Type(value = Op.Bias.class, name = "bias"),
  @JsonSubTypes.Type(value = Op.Nonlinearity.class, name = "nonlinearity"),
  @JsonSubTypes.Type(value = Op.Scale.class, name = "scale"),
  @JsonSubTypes.Type(value = Op.MaxPool.class, name = "max-pool"),
  @JsonSubTypes.Type(value = Op.GlobalMean.class, name = "global-mean"),
  @JsonSubTypes.Type(value = Op.Upsampling.class, name = "upsampling"),
  @JsonSubTypes.Type(value = Op.Add.class, name = "add"),
  @JsonSubTypes.Type(value = Op.Concat.class, name = "concat"),
  @JsonSubTypes.Type(value = Op.Slice.class, name = "slice"),
  @JsonSubTypes.Type(value = Op.Dropout.class, name = "dropout")
})
public sealed interface Op {
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
      implements Op {
    /** The input's channels that one of the output's depends on. */
    public int depth() {
      return depthwise ? 1 : input.channels();
    }

    @Override
    public List<FeatureMap> inputs() {
      return List.of(input);
    }

    @Override
    public List<Parameter> parameters() {
      return List.of(
          new Parameter(
              weight,
              List.of(output.channels(), depth(), kernel, kernel),
              Kind.WEIGHT,
              depth() * kernel * kernel));
    }

    @Override
    public long multiplyAdds() {
      return (long) output.channels()
          * output.height()
          * output.width()
          * depth()
          * kernel
          * kernel;
    }

    /** Zeros above and to the left of the input. */
    public int paddingBefore(int inputSize, int outputSize) {
      return padding(inputSize, outputSize) / 2;
    }

    /** Zeros below and to the right of the input. */
    public int paddingAfter(int inputSize, int outputSize) {
      int padding = padding(inputSize, outputSize);
      return padding - padding / 2;
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
      String weight, FeatureMap input, FeatureMap output, int kernel, int stride) implements Op {
    @Override
    public List<FeatureMap> inputs() {
      return List.of(input);
    }

    @Override
    public List<Parameter> parameters() {
      return List.of(
          new Parameter(
              weight,
              List.of(input.channels(), output.channels(), kernel, kernel),
              Kind.WEIGHT,
              input.channels() * kernel * kernel));
    }

    @Override
    public long multiplyAdds() {
      return (long) input.channels()
          * input.height()
          * input.width()
          * output.channels()
          * kernel
          * kernel;
    }

    /** Pixels cut off on each side. */
    public int padding() {
      return (kernel - stride) / 2;
    }
  }

  /**
   * Batch normalisation, with a ReLU after it or not.
   *
   * @param layer name that its tensors begin with
   * @param statistics false: only gamma * x + beta
   * @param decay share of the old running statistics that a step keeps
   * @param initialGamma gamma before training
   * @param initialBeta beta before training
   * @param epsilon added to the variance
   */
  record Normalisation(
      String layer,
      FeatureMap input,
      FeatureMap output,
      boolean relu,
      boolean statistics,
      double decay,
      double initialGamma,
      double initialBeta,
      double epsilon)
      implements Op {
    /** The epsilon where nothing else is said, as in files that say nothing. */
    static final double EPSILON = 1e-5;

    public Normalisation {
      epsilon = epsilon == 0 ? EPSILON : epsilon;
    }

    @Override
    public List<FeatureMap> inputs() {
      return List.of(input);
    }

    /** Name of the scale. */
    public String gamma() {
      return layer + ".weight";
    }

    /** Name of the shift. */
    public String beta() {
      return layer + ".bias";
    }

    /** Name of the running mean. */
    public String mean() {
      return layer + ".mean";
    }

    /** Name of the running variance. */
    public String variance() {
      return layer + ".variance";
    }

    @Override
    public List<Parameter> parameters() {
      List<Integer> shape = List.of(input.channels());
      Parameter gamma = new Parameter(gamma(), shape, Kind.GAMMA, 0);
      Parameter beta = new Parameter(beta(), shape, Kind.BETA, 0);
      return statistics
          ? List.of(
              gamma,
              beta,
              new Parameter(mean(), shape, Kind.RUNNING_STATISTIC, 0),
              new Parameter(variance(), shape, Kind.RUNNING_STATISTIC, 0))
          : List.of(gamma, beta);
    }
  }

  /**
   * A number added to each channel.
   *
   * @param bias name of the numbers, [channels]
   */
  record Bias(String bias, FeatureMap input, FeatureMap output) implements Op {
    @Override
    public List<FeatureMap> inputs() {
      return List.of(input);
    }

    @Override
    public List<Parameter> parameters() {
      return List.of(new Parameter(bias, List.of(input.channels()), Kind.BETA, 0));
    }
  }

  /** A function of each feature by itself, never {@link Activation#NONE}. */
  record Nonlinearity(FeatureMap input, FeatureMap output, Activation activation) implements Op {
    @Override
    public List<FeatureMap> inputs() {
      return List.of(input);
    }
  }

  /**
   * Features times a factor per image and channel.
   *
   * @param factors [batch, channels, 1, 1]
   */
  record Scale(FeatureMap features, FeatureMap factors, FeatureMap output) implements Op {
    @Override
    public List<FeatureMap> inputs() {
      return List.of(features, factors);
    }
  }

  /** Maximum over 3x3 pixels at stride 2, with TensorFlow's SAME padding. */
  record MaxPool(FeatureMap input, FeatureMap output) implements Op {
    @Override
    public List<FeatureMap> inputs() {
      return List.of(input);
    }
  }

  /** The mean over all pixels: [batch, channels, 1, 1]. */
  record GlobalMean(FeatureMap input, FeatureMap output) implements Op {
    @Override
    public List<FeatureMap> inputs() {
      return List.of(input);
    }
  }

  /** Bilinear interpolation to a larger size, with half-pixel centres. */
  record Upsampling(FeatureMap input, FeatureMap output) implements Op {
    @Override
    public List<FeatureMap> inputs() {
      return List.of(input);
    }
  }

  /** The sum of two feature maps. */
  record Add(FeatureMap left, FeatureMap right, FeatureMap output) implements Op {
    @Override
    public List<FeatureMap> inputs() {
      return List.of(left, right);
    }
  }

  /** Feature maps one after the other along the channels. */
  record Concat(List<FeatureMap> inputs, FeatureMap output) implements Op {}

  /**
   * Some channels of a feature map.
   *
   * @param from its first channel
   */
  record Slice(FeatureMap input, int from, FeatureMap output) implements Op {
    @Override
    public List<FeatureMap> inputs() {
      return List.of(input);
    }
  }

  /**
   * Sets a share of the features to zero while training and scales up the others.
   *
   * @param rate the share
   */
  record Dropout(FeatureMap input, FeatureMap output, double rate) implements Op {
    @Override
    public List<FeatureMap> inputs() {
      return List.of(input);
    }
  }
}
