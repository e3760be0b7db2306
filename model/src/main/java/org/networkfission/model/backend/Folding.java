package org.networkfission.model.backend;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.networkfission.model.op.ActivationFunction;
import org.networkfission.model.op.FeatureMap;
import org.networkfission.model.op.Op;
import org.networkfission.model.op.Parameter;
import org.networkfission.model.op.StageProgram;

/**
 * A network for predictions, whose parameters stay as they are: batch norms right after
 * convolutions are part of these, as a scale of the kernel and a bias. What is folded has a flat
 * vector of its own. Predictions differ from the network's by rounding alone. Transposed
 * convolutions stay as they are: oneDNN adds a bias to them so slowly that a batch norm is faster.
 */
public final class Folding {
  private final List<StageProgram> stages = new ArrayList<>();

  /** The batch norm of a folded kernel or bias, by the tensor's name. */
  private final Map<String, Op.BatchNorm> norms = new HashMap<>();

  /** Folds what can be. */
  public Folding(List<StageProgram> stages) {
    stages.forEach(stage -> this.stages.add(fold(stage)));
  }

  private StageProgram fold(StageProgram stage) {
    Map<String, Op> foldable = new HashMap<>();
    List<Op> ops = new ArrayList<>();
    for (Op op : stage.ops()) {
      Op maker = op instanceof Op.BatchNorm norm ? foldable.get(norm.input().name()) : null;
      if (maker == null) {
        ops.add(op);
      } else {
        fold((Op.BatchNorm) op, maker, ops);
      }
      if (op instanceof Op.Convolution && stage.readers(op.output()) == 1) {
        foldable.put(op.output().name(), op);
      }
    }
    return new StageProgram(
        stage.name(), stage.inputs(), ops, stage.output(), stage.trainingOnly());
  }

  private void fold(Op.BatchNorm norm, Op convolution, List<Op> ops) {
    norms.put(convolution.parameters().get(0).name(), norm);
    norms.put(norm.beta(), norm);
    FeatureMap sum =
        norm.relu() ? norm.output().named(norm.output().name() + ":shifted") : norm.output();
    ops.add(new Op.Bias(norm.beta(), norm.input(), sum));
    if (norm.relu()) {
      ops.add(new Op.Activation(sum, norm.output(), ActivationFunction.RELU));
    }
  }

  /** The folded stages, in the order of the network's. */
  public List<StageProgram> stages() {
    return List.copyOf(stages);
  }

  /** The tensors of the folded stages, in the order of their flat vector. */
  public List<Parameter> parameters() {
    return stages.stream().flatMap(stage -> stage.parameters().stream()).toList();
  }

  /**
   * The folded stages' tensors, in the order of their flat vector, one at a time.
   *
   * @param tensors the network's, by name
   * @param each takes a tensor's values
   */
  public void parameters(Function<String, float[]> tensors, Consumer<float[]> each) {
    for (StageProgram stage : stages) {
      for (Op op : stage.ops()) {
        for (Parameter tensor : op.parameters()) {
          float[] values = tensors.apply(tensor.name());
          Op.BatchNorm norm = norms.get(tensor.name());
          each.accept(norm == null ? values : fold(op, new Affine(norm, tensors), values));
        }
      }
    }
  }

  private static float[] fold(Op op, Affine affine, float[] values) {
    float[] folded = new float[values.length];
    int taps = values.length / op.output().channels(); // A kernel begins with what it makes.
    for (int i = 0; i < values.length; i++) {
      int channel = i / taps;
      folded[i] =
          (float)
              (op instanceof Op.Bias ? affine.shift(channel) : affine.scale(channel) * values[i]);
    }
    return folded;
  }

  /** What a batch norm does to a channel: scale * x + shift. */
  private static final class Affine {
    private final double[] scales;
    private final double[] shifts;

    Affine(Op.BatchNorm norm, Function<String, float[]> tensors) {
      float[] gamma = tensors.apply(norm.gamma());
      float[] beta = tensors.apply(norm.beta());
      float[] mean = norm.statistics() ? tensors.apply(norm.mean()) : null;
      float[] variance = norm.statistics() ? tensors.apply(norm.variance()) : null;
      scales = new double[gamma.length];
      shifts = new double[gamma.length];
      for (int c = 0; c < gamma.length; c++) {
        scales[c] =
            variance == null ? gamma[c] : gamma[c] / Math.sqrt(variance[c] + norm.epsilon());
        shifts[c] = mean == null ? beta[c] : beta[c] - scales[c] * mean[c];
      }
    }

    double scale(int channel) {
      return scales[channel];
    }

    double shift(int channel) {
      return shifts[channel];
    }
  }
}
