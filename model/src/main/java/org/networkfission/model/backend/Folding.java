package org.networkfission.model.backend;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.networkfission.model.network.ParameterRange;
import org.networkfission.model.op.ActivationFunction;
import org.networkfission.model.op.FeatureMap;
import org.networkfission.model.op.Op;
import org.networkfission.model.op.Parameter;
import org.networkfission.model.op.StageProgram;

/**
 * A network for predictions, whose parameters stay as they are: batch norms right after convolutions
 * are part of these, as a scale of the kernel and a bias. What is folded has a flat vector of its
 * own. Predictions differ from the network's by rounding alone. Transposed convolutions stay as they
 * are: oneDNN adds a bias to them so slowly that a batch norm is faster.
 */
public final class Folding {
  private final List<StageProgram> original;
  private final List<StageProgram> stages = new ArrayList<>();

  /** The batch norm of a folded kernel or bias, by the tensor's name. */
  private final Map<String, Op.BatchNorm> norms = new HashMap<>();

  /** Folds what can be. */
  public Folding(List<StageProgram> stages) {
    this.original = List.copyOf(stages);
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
   * The folded stages' flat vector.
   *
   * @param flat the network's
   */
  public float[] parameters(float[] flat) {
    Map<String, Integer> offsets = new HashMap<>();
    List<Parameter> tensors =
        original.stream().flatMap(stage -> stage.parameters().stream()).toList();
    for (ParameterRange range : NetworkProgram.ranges(tensors)) {
      offsets.put(range.name(), range.offset());
    }
    List<Parameter> folded = parameters();
    float[] values = new float[folded.stream().mapToInt(Parameter::length).sum()];
    int to = 0;
    for (StageProgram stage : stages) {
      for (Op op : stage.ops()) {
        for (Parameter tensor : op.parameters()) {
          System.arraycopy(flat, offsets.get(tensor.name()), values, to, tensor.length());
          Op.BatchNorm norm = norms.get(tensor.name());
          if (norm != null) {
            fold(op, new Affine(norm, flat, offsets), values, to, tensor.length());
          }
          to += tensor.length();
        }
      }
    }
    return values;
  }

  private static void fold(Op op, Affine affine, float[] values, int from, int length) {
    if (op instanceof Op.Bias) {
      for (int c = 0; c < length; c++) {
        values[from + c] = (float) affine.shift(c);
      }
      return;
    }
    int channels = op.output().channels();
    int taps = length / channels; // A kernel begins with the channels that it makes.
    for (int i = 0; i < length; i++) {
      int channel = i / taps;
      values[from + i] = (float) (affine.scale(channel) * values[from + i]);
    }
  }

  /** What a batch norm does to a channel: scale * x + shift. */
  private record Affine(Op.BatchNorm norm, float[] flat, Map<String, Integer> offsets) {
    private double at(String tensor, int channel) {
      return flat[offsets.get(tensor) + channel];
    }

    double scale(int channel) {
      double gamma = at(norm.gamma(), channel);
      return norm.statistics()
          ? gamma / Math.sqrt(at(norm.variance(), channel) + norm.epsilon())
          : gamma;
    }

    double shift(int channel) {
      double beta = at(norm.beta(), channel);
      return norm.statistics() ? beta - scale(channel) * at(norm.mean(), channel) : beta;
    }
  }
}
