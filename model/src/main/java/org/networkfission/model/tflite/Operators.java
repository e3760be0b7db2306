package org.networkfission.model.tflite;

import java.util.Arrays;
import java.util.Map;
import org.networkfission.model.op.FeatureMap;
import org.networkfission.model.op.Op;
import org.networkfission.prep.frame.InputException;
import org.tensorflow.lite.schema.ActivationFunctionType;
import org.tensorflow.lite.schema.AddOptions;
import org.tensorflow.lite.schema.BuiltinOperator;
import org.tensorflow.lite.schema.BuiltinOptions;
import org.tensorflow.lite.schema.ConcatenationOptions;
import org.tensorflow.lite.schema.Conv2DOptions;
import org.tensorflow.lite.schema.DepthwiseConv2DOptions;
import org.tensorflow.lite.schema.HardSwishOptions;
import org.tensorflow.lite.schema.L2NormOptions;
import org.tensorflow.lite.schema.MulOptions;
import org.tensorflow.lite.schema.Padding;
import org.tensorflow.lite.schema.Pool2DOptions;
import org.tensorflow.lite.schema.ReducerOptions;
import org.tensorflow.lite.schema.ResizeBilinearOptions;
import org.tensorflow.lite.schema.SliceOptions;
import org.tensorflow.lite.schema.TransposeConvOptions;

/**
 * Writes operators of TensorFlow Lite into a file's graph, channels last, one image at a time. Each
 * gives the tensor that it makes.
 */
final class Operators {
  private final FlatGraph graph;
  private final Numbers numbers;
  private final Map<String, float[]> parameters;

  /**
   * @param parameters the network's tensors by name, row-major
   */
  Operators(FlatGraph graph, Numbers numbers, Map<String, float[]> parameters) {
    this.graph = graph;
    this.numbers = numbers;
    this.parameters = parameters;
  }

  /**
   * Writes activation(scale * convolution + shift).
   *
   * @param input the tensor of what is convolved
   * @param activation of {@link ActivationFunctionType}
   */
  int convolution(Op.Convolution op, int input, Affine affine, byte activation, String name) {
    if (op.stride() > 1 && op.dilation() > 1) {
      throw new InputException(
          "Cannot export %s: TensorFlow Lite has no counterpart of stride %d together with dilation %d (Convolution)"
              .formatted(op.output().name(), op.stride(), op.dilation()));
    }
    FeatureMap out = op.output();
    int k = op.kernel();
    int depth = op.depthwise() ? 1 : op.input().channels();
    float[] kernel = parameters.get(op.weight());
    float[] weights = new float[kernel.length];
    // [out, in, y, x] to [out, y, x, in]; depthwise [channel, 1, y, x] to [1, y, x, channel].
    for (int o = 0; o < out.channels(); o++) {
      for (int i = 0; i < depth; i++) {
        for (int at = 0; at < k * k; at++) {
          int to = op.depthwise() ? at * out.channels() + o : (o * k * k + at) * depth + i;
          weights[to] = kernel[(o * depth + i) * k * k + at] * affine.scale()[o];
        }
      }
    }
    int[] shape =
        op.depthwise()
            ? new int[] {1, k, k, out.channels()}
            : new int[] {out.channels(), k, k, depth};
    Constants filter = new Constants(op.weight(), weights, shape);
    Constants bias = new Constants(name + "/bias", affine.shift(), out.channels());
    int s = op.stride();
    int d = op.dilation();
    if (op.depthwise()) {
      return depthwise(out.named(name), input, filter, bias, s, d, activation);
    }
    Numbers.Kernel constants = numbers.kernel(input, filter, 0, bias);
    int result = numbers.tensor(name, shape(out));
    graph.operator(
        BuiltinOperator.CONV_2D,
        numbers.version(1, 3),
        BuiltinOptions.Conv2DOptions,
        b -> Conv2DOptions.createConv2DOptions(b, Padding.SAME, s, s, activation, d, d),
        result,
        input,
        constants.filter(),
        constants.bias());
    return result;
  }

  private int depthwise(
      FeatureMap out, int input, Constants filter, Constants bias, int s, int d, byte activation) {
    Numbers.Kernel constants = numbers.kernel(input, filter, 3, bias);
    int result = numbers.tensor(out.name(), shape(out));
    graph.operator(
        BuiltinOperator.DEPTHWISE_CONV_2D,
        numbers.version(d > 1 ? 2 : 1, 3),
        BuiltinOptions.DepthwiseConv2DOptions,
        b ->
            DepthwiseConv2DOptions.createDepthwiseConv2DOptions(
                b, Padding.SAME, s, s, 1, activation, d, d),
        result,
        input,
        constants.filter(),
        constants.bias());
    return result;
  }

  /** Writes activation(scale * transposed convolution + shift). */
  int transposedConvolution(
      Op.TransposedConvolution op, int input, Affine affine, byte activation, String name) {
    FeatureMap out = op.output();
    int k = op.kernel();
    int ins = op.input().channels();
    int outs = out.channels();
    float[] kernel = parameters.get(op.weight());
    float[] weights = new float[kernel.length];
    // [in, out, y, x] to [out, y, x, in].
    for (int i = 0; i < ins; i++) {
      for (int o = 0; o < outs; o++) {
        for (int at = 0; at < k * k; at++) {
          weights[(o * k * k + at) * ins + i] =
              kernel[(i * outs + o) * k * k + at] * affine.scale()[o];
        }
      }
    }
    int size = graph.numbers(name + "/size", shape(out));
    Numbers.Kernel constants =
        numbers.kernel(
            input,
            new Constants(op.weight(), weights, outs, k, k, ins),
            0,
            new Constants(name + "/bias", affine.shift(), outs));
    boolean plain = activation == ActivationFunctionType.NONE;
    int result = numbers.tensor(plain ? name : name + "/sum", shape(out));
    graph.operator(
        BuiltinOperator.TRANSPOSE_CONV,
        3,
        BuiltinOptions.TransposeConvOptions,
        b ->
            TransposeConvOptions.createTransposeConvOptions(
                b, Padding.SAME, op.stride(), op.stride(), ActivationFunctionType.NONE),
        result,
        size,
        constants.filter(),
        input,
        constants.bias());
    // This version's transposed convolution has no activation.
    return plain
        ? result
        : elementwise(out.named(name), ActivationFunctionType.name(activation), result);
  }

  /** Writes activation(scale * x + shift). */
  int affine(FeatureMap out, int x, Affine affine, byte activation) {
    String name = out.name();
    int channels = out.channels();
    if (numbers.scaledByChannel()) {
      return affine.isIdentity() && activation != ActivationFunctionType.NONE
          ? elementwise(out, ActivationFunctionType.name(activation), x)
          : depthwise(
              out,
              x,
              new Constants(name + "/scale", affine.scale(), 1, 1, 1, channels),
              new Constants(name + "/shift", affine.shift(), channels),
              1,
              1,
              activation);
    }
    int scaled = x;
    if (affine.scales()) {
      int scale = numbers.constant(new Constants(name + "/scale", affine.scale(), channels));
      scaled = multiply(out.named(name + "/scaled"), x, scale);
    }
    int shift = numbers.constant(new Constants(name + "/shift", affine.shift(), channels));
    return add(out, activation, scaled, shift);
  }

  int multiply(FeatureMap out, int left, int right) {
    int product = numbers.tensor(out.name(), shape(out));
    graph.operator(
        BuiltinOperator.MUL,
        numbers.version(1, 2),
        BuiltinOptions.MulOptions,
        b -> MulOptions.createMulOptions(b, ActivationFunctionType.NONE),
        product,
        left,
        right);
    return product;
  }

  int add(FeatureMap out, byte activation, int left, int right) {
    int sum = numbers.tensor(out.name(), shape(out));
    graph.operator(
        BuiltinOperator.ADD,
        numbers.version(1, 2),
        BuiltinOptions.AddOptions,
        b -> AddOptions.createAddOptions(b, activation, false),
        sum,
        left,
        right);
    return sum;
  }

  int concat(FeatureMap out, int... parts) {
    int whole = numbers.tensor(out.name(), shape(out));
    numbers.copies(whole, parts);
    graph.operator(
        BuiltinOperator.CONCATENATION,
        numbers.version(1, 2),
        BuiltinOptions.ConcatenationOptions,
        b -> ConcatenationOptions.createConcatenationOptions(b, 3, ActivationFunctionType.NONE),
        whole,
        parts);
    return whole;
  }

  int maxPool(FeatureMap out, int x) {
    int pooled = numbers.tensor(out.name(), shape(out));
    numbers.copies(pooled, x);
    graph.operator(
        BuiltinOperator.MAX_POOL_2D,
        numbers.version(1, 2),
        BuiltinOptions.Pool2DOptions,
        b ->
            Pool2DOptions.createPool2DOptions(
                b, Padding.SAME, 2, 2, 3, 3, ActivationFunctionType.NONE),
        pooled,
        x);
    return pooled;
  }

  int mean(FeatureMap out, int x) {
    int axes = graph.numbers(out.name() + "/axes", 1, 2);
    int mean = numbers.tensor(out.name(), shape(out));
    graph.operator(
        BuiltinOperator.MEAN,
        numbers.version(1, 2),
        BuiltinOptions.ReducerOptions,
        b -> ReducerOptions.createReducerOptions(b, true),
        mean,
        x,
        axes);
    return mean;
  }

  int resize(FeatureMap out, int x) {
    int size = graph.numbers(out.name() + "/size", out.height(), out.width());
    int resized = numbers.tensor(out.name(), shape(out));
    numbers.copies(resized, x);
    graph.operator(
        BuiltinOperator.RESIZE_BILINEAR,
        3,
        BuiltinOptions.ResizeBilinearOptions,
        b -> ResizeBilinearOptions.createResizeBilinearOptions(b, false, true),
        resized,
        x,
        size);
    return resized;
  }

  int slice(FeatureMap out, int x, int from) {
    int begin = graph.numbers(out.name() + "/begin", 0, 0, 0, from);
    int size = graph.numbers(out.name() + "/size", shape(out));
    int part = numbers.tensor(out.name(), shape(out));
    numbers.copies(part, x);
    graph.operator(
        BuiltinOperator.SLICE,
        numbers.version(1, 2),
        BuiltinOptions.SliceOptions,
        b -> {
          SliceOptions.startSliceOptions(b);
          return SliceOptions.endSliceOptions(b);
        },
        part,
        x,
        begin,
        size);
    return part;
  }

  static int[] shape(FeatureMap map) {
    return new int[] {1, map.height(), map.width(), map.channels()};
  }

  int unitVectors(FeatureMap out, int x) {
    int unit = numbers.tensor(out.name(), shape(out));
    graph.operator(
        BuiltinOperator.L2_NORMALIZATION,
        1,
        BuiltinOptions.L2NormOptions,
        b -> L2NormOptions.createL2NormOptions(b, ActivationFunctionType.NONE),
        unit,
        x);
    return unit;
  }

  /**
   * Writes a function of each feature by itself.
   *
   * @param function its name among {@link BuiltinOperator}'s
   */
  int elementwise(FeatureMap out, String function, int x) {
    int operator = Arrays.asList(BuiltinOperator.names).indexOf(function);
    if (operator < 0) {
      throw new IllegalArgumentException("TensorFlow Lite has no operator " + function);
    }
    int result = numbers.tensor(out.name(), shape(out));
    graph.operator(
        operator,
        operator == BuiltinOperator.HARD_SWISH ? 1 : numbers.version(1, 2),
        // Others have no options, not even empty ones.
        operator == BuiltinOperator.HARD_SWISH
            ? BuiltinOptions.HardSwishOptions
            : BuiltinOptions.NONE,
        b -> {
          HardSwishOptions.startHardSwishOptions(b);
          return HardSwishOptions.endHardSwishOptions(b);
        },
        result,
        x);
    return result;
  }
}
