package org.networkfission.model.tflite;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.networkfission.model.op.Activation;
import org.networkfission.model.op.FeatureMap;
import org.networkfission.model.op.Op;
import org.networkfission.model.op.StageProgram;
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
 * Writes the operations of stages as operators of TensorFlow Lite, channels last, one image at a
 * time. Works backwards from what is asked for, so that what nothing reads is left out. A batch
 * norm or bias goes into the convolutions that it follows, and a ReLU into what it follows.
 */
final class GraphTranslation {
  private final FlatGraph graph;
  private final Map<String, float[]> parameters;
  private final Map<String, Op> makers = new HashMap<>();
  private final Map<String, Integer> readers = new HashMap<>();
  private final Map<String, Integer> tensors = new HashMap<>();

  /** What is done to each channel: scale * x + shift. */
  private record Affine(float[] scale, float[] shift) {
    static Affine identity(int channels) {
      float[] ones = new float[channels];
      Arrays.fill(ones, 1);
      return new Affine(ones, new float[channels]);
    }

    /** This after another. */
    Affine after(Affine first) {
      float[] scales = new float[scale.length];
      float[] shifts = new float[scale.length];
      for (int i = 0; i < scale.length; i++) {
        scales[i] = scale[i] * first.scale[i];
        shifts[i] = scale[i] * first.shift[i] + shift[i];
      }
      return new Affine(scales, shifts);
    }

    Affine channels(int from, int count) {
      return new Affine(
          Arrays.copyOfRange(scale, from, from + count),
          Arrays.copyOfRange(shift, from, from + count));
    }

    boolean scales() {
      return !Arrays.equals(scale, identity(scale.length).scale);
    }
  }

  /**
   * @param parameters the network's tensors by name, row-major
   */
  GraphTranslation(FlatGraph graph, List<StageProgram> stages, Map<String, float[]> parameters) {
    this.graph = graph;
    this.parameters = parameters;
    for (StageProgram stage : stages) {
      if (!stage.trainingOnly()) {
        for (Op op : stage.ops()) {
          makers.put(op.output().name(), op);
          op.inputs().forEach(input -> readers.merge(input.name(), 1, Integer::sum));
        }
      }
    }
  }

  /** Names the tensor of the image. */
  void input(FeatureMap image, int tensor) {
    tensors.put(image.name(), tensor);
  }

  /** The tensor that holds a feature map. */
  int tensor(FeatureMap map) {
    Integer known = tensors.get(map.name());
    if (known != null) {
      return known;
    }
    int made = make(map, makers.get(map.name()));
    tensors.put(map.name(), made);
    return made;
  }

  /** The tensor that holds a feature map's vectors, each of length 1. */
  int unitVectors(FeatureMap map, String name) {
    int unit = graph.tensor(name, shape(map));
    graph.operator(
        BuiltinOperator.L2_NORMALIZATION,
        1,
        BuiltinOptions.L2NormOptions,
        b -> L2NormOptions.createL2NormOptions(b, ActivationFunctionType.NONE),
        unit,
        tensor(map));
    return unit;
  }

  private int make(FeatureMap map, Op op) {
    if (op instanceof Op.Normalisation norm) {
      return affine(
          norm.input(),
          affineOf(norm),
          norm.relu() ? ActivationFunctionType.RELU : ActivationFunctionType.NONE,
          map.name());
    } else if (op instanceof Op.Bias bias) {
      return affine(bias.input(), affineOf(bias), ActivationFunctionType.NONE, map.name());
    } else if (op instanceof Op.Convolution || op instanceof Op.TransposedConvolution) {
      return affine(map, Affine.identity(map.channels()), ActivationFunctionType.NONE, map.name());
    } else if (op instanceof Op.Nonlinearity nonlinearity) {
      return activation(nonlinearity);
    } else if (op instanceof Op.Scale scale) {
      return multiply(map, tensor(scale.features()), tensor(scale.factors()));
    } else if (op instanceof Op.Add add) {
      return add(map, ActivationFunctionType.NONE, tensor(add.left()), tensor(add.right()));
    } else if (op instanceof Op.Concat concat) {
      return concat(map, concat.inputs().stream().mapToInt(this::tensor).toArray());
    } else if (op instanceof Op.Dropout dropout) {
      return tensor(dropout.input());
    } else if (op instanceof Op.MaxPool pool) {
      return maxPool(map, tensor(pool.input()));
    } else if (op instanceof Op.GlobalMean mean) {
      return mean(map, tensor(mean.input()));
    } else if (op instanceof Op.Upsampling upsampling) {
      return resize(map, tensor(upsampling.input()));
    } else if (op instanceof Op.Slice slice) {
      return slice(map, tensor(slice.input()), slice.from());
    }
    throw noCounterpart(op, "an operation of this kind");
  }

  private static InputException noCounterpart(Op op, String what) {
    return new InputException(
        "Cannot export %s: TensorFlow Lite has no counterpart of %s (%s)"
            .formatted(op.output().name(), what, op.getClass().getSimpleName()));
  }

  // ---- what may be folded ----

  private Affine affineOf(Op.Normalisation norm) {
    float[] gamma = parameters.get(norm.gamma());
    float[] beta = parameters.get(norm.beta());
    if (!norm.statistics()) {
      return new Affine(gamma, beta);
    }
    float[] mean = parameters.get(norm.mean());
    float[] variance = parameters.get(norm.variance());
    float[] scale = new float[gamma.length];
    float[] shift = new float[gamma.length];
    for (int i = 0; i < scale.length; i++) {
      double s = gamma[i] / Math.sqrt(variance[i] + norm.epsilon());
      scale[i] = (float) s;
      shift[i] = (float) (beta[i] - s * mean[i]);
    }
    return new Affine(scale, shift);
  }

  private Affine affineOf(Op.Bias bias) {
    float[] shift = parameters.get(bias.bias());
    return new Affine(Affine.identity(shift.length).scale(), shift);
  }

  /**
   * The tensor that holds activation(scale * x + shift).
   *
   * @param activation of {@link ActivationFunctionType}
   */
  private int affine(FeatureMap x, Affine affine, byte activation, String name) {
    // A convolution may be asked for itself; all else only if nobody else needs it as it is.
    Op maker = makers.get(x.name());
    boolean own = name.equals(x.name()) || readers.get(x.name()) == 1;
    if (own && !tensors.containsKey(x.name())) {
      if (maker instanceof Op.Convolution convolution) {
        return convolution(convolution, affine, activation, name);
      } else if (maker instanceof Op.TransposedConvolution convolution) {
        return transposedConvolution(convolution, affine, activation, name);
      } else if (maker instanceof Op.Bias bias) {
        return affine(bias.input(), affine.after(affineOf(bias)), activation, name);
      } else if (maker instanceof Op.Normalisation norm && !norm.relu()) {
        return affine(norm.input(), affine.after(affineOf(norm)), activation, name);
      } else if (maker instanceof Op.Concat concat && ofConvolutions(concat)) {
        int[] parts = new int[concat.inputs().size()];
        int from = 0;
        for (int i = 0; i < parts.length; i++) {
          FeatureMap part = concat.inputs().get(i);
          Affine its = affine.channels(from, part.channels());
          parts[i] = affine(part, its, activation, name + "/" + i);
          from += part.channels();
        }
        return concat(new FeatureMap(name, x.channels(), x.height(), x.width()), parts);
      }
    }
    int tensor = tensor(x);
    FeatureMap out = new FeatureMap(name, x.channels(), x.height(), x.width());
    if (affine.scales()) {
      FeatureMap scaled = new FeatureMap(name + "/scaled", x.channels(), x.height(), x.width());
      int scale = graph.constant(name + "/scale", affine.scale(), x.channels());
      tensor = multiply(scaled, tensor, scale);
    }
    int shift = graph.constant(name + "/shift", affine.shift(), x.channels());
    return add(out, activation, tensor, shift);
  }

  private boolean ofConvolutions(Op.Concat concat) {
    return concat.inputs().stream()
        .allMatch(
            part ->
                readers.get(part.name()) == 1 && makers.get(part.name()) instanceof Op.Convolution);
  }

  private int activation(Op.Nonlinearity op) {
    FeatureMap x = op.input();
    FeatureMap out = op.output();
    return switch (op.activation()) {
      case NONE -> tensor(x);
      case RELU, RELU6 -> {
        byte activation =
            op.activation() == Activation.RELU
                ? ActivationFunctionType.RELU
                : ActivationFunctionType.RELU6;
        yield affine(x, Affine.identity(x.channels()), activation, out.name());
      }
      case HARD_SIGMOID -> {
        int three = graph.constant(out.name() + "/three", new float[] {3}, 1);
        FeatureMap sum = new FeatureMap(out.name() + "/sum", x.channels(), x.height(), x.width());
        int clipped = add(sum, ActivationFunctionType.RELU6, tensor(x), three);
        int sixth = graph.constant(out.name() + "/sixth", new float[] {1 / 6f}, 1);
        yield multiply(out, clipped, sixth);
      }
      case HARD_SWISH -> {
        int swish = graph.tensor(out.name(), shape(out));
        graph.operator(
            BuiltinOperator.HARD_SWISH,
            1,
            BuiltinOptions.HardSwishOptions,
            b -> {
              HardSwishOptions.startHardSwishOptions(b);
              return HardSwishOptions.endHardSwishOptions(b);
            },
            swish,
            tensor(x));
        yield swish;
      }
    };
  }

  // ---- operators ----

  private int convolution(Op.Convolution op, Affine affine, byte activation, String name) {
    if (op.stride() > 1 && op.dilation() > 1) {
      throw noCounterpart(
          op, "stride %d together with dilation %d".formatted(op.stride(), op.dilation()));
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
    int input = tensor(op.input());
    int[] shape =
        op.depthwise()
            ? new int[] {1, k, k, out.channels()}
            : new int[] {out.channels(), k, k, depth};
    int filter = graph.constant(op.weight(), weights, shape);
    int bias = graph.constant(name + "/bias", affine.shift(), out.channels());
    int result = graph.tensor(name, shape(out));
    int s = op.stride();
    int d = op.dilation();
    if (op.depthwise()) {
      graph.operator(
          BuiltinOperator.DEPTHWISE_CONV_2D,
          d > 1 ? 2 : 1,
          BuiltinOptions.DepthwiseConv2DOptions,
          b ->
              DepthwiseConv2DOptions.createDepthwiseConv2DOptions(
                  b, Padding.SAME, s, s, 1, activation, d, d),
          result,
          input,
          filter,
          bias);
    } else {
      graph.operator(
          BuiltinOperator.CONV_2D,
          1,
          BuiltinOptions.Conv2DOptions,
          b -> Conv2DOptions.createConv2DOptions(b, Padding.SAME, s, s, activation, d, d),
          result,
          input,
          filter,
          bias);
    }
    return result;
  }

  private int transposedConvolution(
      Op.TransposedConvolution op, Affine affine, byte activation, String name) {
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
    int input = tensor(op.input());
    int size = graph.numbers(name + "/size", shape(out));
    int filter = graph.constant(op.weight(), weights, outs, k, k, ins);
    int bias = graph.constant(name + "/bias", affine.shift(), outs);
    boolean plain = activation == ActivationFunctionType.NONE;
    int result = graph.tensor(plain ? name : name + "/sum", shape(out));
    graph.operator(
        BuiltinOperator.TRANSPOSE_CONV,
        3,
        BuiltinOptions.TransposeConvOptions,
        b ->
            TransposeConvOptions.createTransposeConvOptions(
                b, Padding.SAME, op.stride(), op.stride(), ActivationFunctionType.NONE),
        result,
        size,
        filter,
        input,
        bias);
    return plain ? result : rectified(out, result, activation, name);
  }

  /** This version's transposed convolution has no activation. */
  private int rectified(FeatureMap map, int tensor, byte activation, String name) {
    int result = graph.tensor(name, shape(map));
    graph.operator(
        activation == ActivationFunctionType.RELU ? BuiltinOperator.RELU : BuiltinOperator.RELU6,
        1,
        BuiltinOptions.NONE,
        b -> 0,
        result,
        tensor);
    return result;
  }

  private int multiply(FeatureMap out, int left, int right) {
    int product = graph.tensor(out.name(), shape(out));
    graph.operator(
        BuiltinOperator.MUL,
        1,
        BuiltinOptions.MulOptions,
        b -> MulOptions.createMulOptions(b, ActivationFunctionType.NONE),
        product,
        left,
        right);
    return product;
  }

  private int add(FeatureMap out, byte activation, int left, int right) {
    int sum = graph.tensor(out.name(), shape(out));
    graph.operator(
        BuiltinOperator.ADD,
        1,
        BuiltinOptions.AddOptions,
        b -> AddOptions.createAddOptions(b, activation, false),
        sum,
        left,
        right);
    return sum;
  }

  private int concat(FeatureMap out, int... parts) {
    int whole = graph.tensor(out.name(), shape(out));
    graph.operator(
        BuiltinOperator.CONCATENATION,
        1,
        BuiltinOptions.ConcatenationOptions,
        b -> ConcatenationOptions.createConcatenationOptions(b, 3, ActivationFunctionType.NONE),
        whole,
        parts);
    return whole;
  }

  private int maxPool(FeatureMap out, int x) {
    int pooled = graph.tensor(out.name(), shape(out));
    graph.operator(
        BuiltinOperator.MAX_POOL_2D,
        1,
        BuiltinOptions.Pool2DOptions,
        b ->
            Pool2DOptions.createPool2DOptions(
                b, Padding.SAME, 2, 2, 3, 3, ActivationFunctionType.NONE),
        pooled,
        x);
    return pooled;
  }

  private int mean(FeatureMap out, int x) {
    int axes = graph.numbers(out.name() + "/axes", 1, 2);
    int mean = graph.tensor(out.name(), shape(out));
    graph.operator(
        BuiltinOperator.MEAN,
        1,
        BuiltinOptions.ReducerOptions,
        b -> ReducerOptions.createReducerOptions(b, true),
        mean,
        x,
        axes);
    return mean;
  }

  private int resize(FeatureMap out, int x) {
    int size = graph.numbers(out.name() + "/size", out.height(), out.width());
    int resized = graph.tensor(out.name(), shape(out));
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

  private int slice(FeatureMap out, int x, int from) {
    int begin = graph.numbers(out.name() + "/begin", 0, 0, 0, from);
    int size = graph.numbers(out.name() + "/size", shape(out));
    int part = graph.tensor(out.name(), shape(out));
    graph.operator(
        BuiltinOperator.SLICE,
        1,
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

  private static int[] shape(FeatureMap map) {
    return new int[] {1, map.height(), map.width(), map.channels()};
  }
}
