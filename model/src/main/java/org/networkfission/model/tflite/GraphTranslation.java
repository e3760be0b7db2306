package org.networkfission.model.tflite;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.networkfission.model.op.FeatureMap;
import org.networkfission.model.op.Op;
import org.networkfission.model.op.StageProgram;
import org.tensorflow.lite.schema.ActivationFunctionType;

/**
 * Writes the operations of stages as operators of TensorFlow Lite, channels last, one image at a
 * time. Works backwards from what is asked for, so that what nothing reads is left out. A batch
 * norm or bias goes into the convolutions that it follows, and a ReLU into what it follows.
 */
final class GraphTranslation implements Op.Visitor<Integer> {
  private final FlatGraph graph;
  private final Operators operators;
  private final Map<String, float[]> parameters;
  private final Map<String, Op> makers = new HashMap<>();
  private final Map<String, Integer> readers = new HashMap<>();
  private final Map<String, Integer> tensors = new HashMap<>();

  /**
   * @param parameters the network's tensors by name, row-major
   */
  GraphTranslation(FlatGraph graph, List<StageProgram> stages, Map<String, float[]> parameters) {
    this.graph = graph;
    this.operators = new Operators(graph, parameters);
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
    int made = makers.get(map.name()).accept(this);
    tensors.put(map.name(), made);
    return made;
  }

  /** The tensor that holds a feature map's vectors, each of length 1. */
  int unitVectors(FeatureMap map, String name) {
    return operators.unitVectors(map.named(name), tensor(map));
  }

  // ---- what becomes of each operation ----

  @Override
  public Integer convolution(Op.Convolution op) {
    return alone(op);
  }

  @Override
  public Integer transposedConvolution(Op.TransposedConvolution op) {
    return alone(op);
  }

  /** A convolution into which nothing is folded. */
  private int alone(Op op) {
    FeatureMap map = op.output();
    return affine(map, identity(map), ActivationFunctionType.NONE, map.name());
  }

  @Override
  public Integer batchNorm(Op.BatchNorm op) {
    byte activation = op.relu() ? ActivationFunctionType.RELU : ActivationFunctionType.NONE;
    return affine(op.input(), affineOf(op), activation, op.output().name());
  }

  @Override
  public Integer bias(Op.Bias op) {
    return affine(op.input(), affineOf(op), ActivationFunctionType.NONE, op.output().name());
  }

  @Override
  public Integer scale(Op.Scale op) {
    return operators.multiply(op.output(), tensor(op.features()), tensor(op.factors()));
  }

  @Override
  public Integer maxPool(Op.MaxPool op) {
    return operators.maxPool(op.output(), tensor(op.input()));
  }

  @Override
  public Integer globalAveragePool(Op.GlobalAveragePool op) {
    return operators.mean(op.output(), tensor(op.input()));
  }

  @Override
  public Integer upsampling(Op.Upsampling op) {
    return operators.resize(op.output(), tensor(op.input()));
  }

  @Override
  public Integer add(Op.Add op) {
    return operators.add(
        op.output(), ActivationFunctionType.NONE, tensor(op.left()), tensor(op.right()));
  }

  @Override
  public Integer concat(Op.Concat op) {
    return operators.concat(op.output(), op.inputs().stream().mapToInt(this::tensor).toArray());
  }

  @Override
  public Integer slice(Op.Slice op) {
    return operators.slice(op.output(), tensor(op.input()), op.from());
  }

  @Override
  public Integer dropout(Op.Dropout op) {
    return tensor(op.input());
  }

  // ---- what may be folded ----

  private Affine affineOf(Op.BatchNorm norm) {
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

  private static Affine identity(FeatureMap map) {
    return Affine.identity(map.channels());
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
        return operators.convolution(
            convolution, tensor(convolution.input()), affine, activation, name);
      } else if (maker instanceof Op.TransposedConvolution convolution) {
        return operators.transposedConvolution(
            convolution, tensor(convolution.input()), affine, activation, name);
      } else if (maker instanceof Op.Bias bias) {
        return affine(bias.input(), affine.after(affineOf(bias)), activation, name);
      } else if (maker instanceof Op.BatchNorm norm && !norm.relu()) {
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
        return operators.concat(x.named(name), parts);
      }
    }
    int tensor = tensor(x);
    FeatureMap out = x.named(name);
    if (affine.scales()) {
      FeatureMap scaled = x.named(name + "/scaled");
      int scale = graph.constant(name + "/scale", affine.scale(), x.channels());
      tensor = operators.multiply(scaled, tensor, scale);
    }
    int shift = graph.constant(name + "/shift", affine.shift(), x.channels());
    return operators.add(out, activation, tensor, shift);
  }

  private boolean ofConvolutions(Op.Concat concat) {
    return concat.inputs().stream()
        .allMatch(
            part ->
                readers.get(part.name()) == 1 && makers.get(part.name()) instanceof Op.Convolution);
  }

  @Override
  public Integer activation(Op.Activation op) {
    FeatureMap x = op.input();
    FeatureMap out = op.output();
    return switch (op.function()) {
      case NONE -> tensor(x);
      case RELU -> affine(x, identity(x), ActivationFunctionType.RELU, out.name());
      case RELU6 -> affine(x, identity(x), ActivationFunctionType.RELU6, out.name());
      case HARD_SIGMOID -> {
        int three = graph.constant(out.name() + "/three", new float[] {3}, 1);
        FeatureMap sum = x.named(out.name() + "/sum");
        int clipped = operators.add(sum, ActivationFunctionType.RELU6, tensor(x), three);
        int sixth = graph.constant(out.name() + "/sixth", new float[] {1 / 6f}, 1);
        yield operators.multiply(out, clipped, sixth);
      }
      default -> operators.elementwise(out, op.function().tensorflowLite(), tensor(x));
    };
  }
}
