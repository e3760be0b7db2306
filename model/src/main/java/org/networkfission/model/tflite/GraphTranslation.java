package org.networkfission.model.tflite;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
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
  private final Numbers numbers;
  private final Operators operators;
  private final Map<String, float[]> parameters;
  private final ToIntFunction<FeatureMap> inputs;
  private final Map<String, Op> makers = new HashMap<>();
  private final Map<String, Integer> readers = new HashMap<>();
  private final Map<String, Integer> tensors = new HashMap<>();

  /**
   * Begins.
   *
   * @param stages of the network
   * @param own which of them this translates
   * @param parameters the network's tensors by name, row-major
   * @param inputs gives the tensors of what none of them makes
   */
  GraphTranslation(
      FlatGraph graph,
      Numbers numbers,
      List<StageProgram> stages,
      Predicate<StageProgram> own,
      Map<String, float[]> parameters,
      ToIntFunction<FeatureMap> inputs) {
    this.numbers = numbers;
    this.operators = new Operators(graph, numbers, parameters);
    this.parameters = parameters;
    this.inputs = inputs;
    for (StageProgram stage : stages) {
      if (!stage.trainingOnly()) {
        for (Op op : stage.ops()) {
          if (own.test(stage)) {
            makers.put(op.output().name(), op);
          }
          op.inputs().forEach(input -> readers.merge(input.name(), 1, Integer::sum));
        }
      }
    }
  }

  /** The tensor that holds a feature map. */
  int tensor(FeatureMap map) {
    Integer known = tensors.get(map.name());
    if (known != null) {
      return known;
    }
    Op maker = makers.get(map.name());
    int made = maker == null ? inputs.applyAsInt(map) : maker.accept(this);
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
    return operators.affine(x.named(name), tensor(x), affine, activation);
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
        int three = numbers.constant(new Constants(out.name() + "/three", new float[] {3}, 1));
        FeatureMap sum = x.named(out.name() + "/sum");
        int clipped = operators.add(sum, ActivationFunctionType.RELU6, tensor(x), three);
        int sixth = numbers.constant(new Constants(out.name() + "/sixth", new float[] {1 / 6f}, 1));
        yield operators.multiply(out, clipped, sixth);
      }
      default -> operators.elementwise(out, op.function().tensorflowLite(), tensor(x));
    };
  }
}
