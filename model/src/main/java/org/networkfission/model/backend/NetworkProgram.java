package org.networkfission.model.backend;

import java.util.ArrayList;
import java.util.List;
import org.networkfission.model.network.GradientCompute;
import org.networkfission.model.network.LossSpec;
import org.networkfission.model.network.ParameterRange;
import org.networkfission.model.network.Recompute;
import org.networkfission.model.network.Task;
import org.networkfission.model.op.DataType;
import org.networkfission.model.op.FeatureMap;
import org.networkfission.model.op.Parameter;
import org.networkfission.model.op.StageProgram;

/**
 * All that a back end has to know of a network to compute it.
 *
 * @param image the one input
 * @param stages each after those that it reads; their tensors lie in the flat vectors in this order
 * @param heads what the network makes for each task, in the order of its tasks
 * @param losses what is compared how
 * @param classes number of classes, void included
 * @param type of parameters and gradients
 * @param seed decides, with the step, what dropout drops
 * @param gradients how gradients are computed
 */
public record NetworkProgram(
    FeatureMap image,
    List<StageProgram> stages,
    List<Head> heads,
    LossSpec losses,
    int classes,
    DataType type,
    long seed,
    GradientCompute gradients) {
  public NetworkProgram {
    stages = List.copyOf(stages);
    heads = List.copyOf(heads);
  }

  /** A program whose gradients are computed in the plain way. */
  public NetworkProgram(
      FeatureMap image,
      List<StageProgram> stages,
      List<Head> heads,
      LossSpec losses,
      int classes,
      DataType type,
      long seed) {
    this(image, stages, heads, losses, classes, type, seed, GradientCompute.PLAIN);
  }

  /** The same, whose gradients are computed so. */
  public NetworkProgram computing(GradientCompute how) {
    return new NetworkProgram(image, stages, heads, losses, classes, type, seed, how);
  }

  /** The same, whose backward pass computes so much again. */
  public NetworkProgram recomputing(Recompute what) {
    return computing(gradients.recomputing(what));
  }

  /** What the backward pass computes again. */
  public Recompute recompute() {
    return gradients.recompute();
  }

  /**
   * The outputs of a task.
   *
   * @param output what is predicted
   * @param auxiliary what training compares with the same truth; the first weighs {@code aux1}
   */
  public record Head(Task task, FeatureMap output, List<FeatureMap> auxiliary) {
    public Head {
      auxiliary = List.copyOf(auxiliary);
    }
  }

  /** All tensors in the order of the flat vectors. */
  public List<Parameter> parameters() {
    return stages.stream().flatMap(stage -> stage.parameters().stream()).toList();
  }

  /** Where each tensor lies in the flat vectors, in order. */
  public List<ParameterRange> ranges() {
    return ranges(parameters());
  }

  /** Where tensors lie in a flat vector of their own, in order. */
  public static List<ParameterRange> ranges(List<Parameter> tensors) {
    List<ParameterRange> ranges = new ArrayList<>();
    int offset = 0;
    for (Parameter p : tensors) {
      ranges.add(new ParameterRange(p.name(), offset, p.length(), p.longShape(), p.kind()));
      offset += p.length();
    }
    return ranges;
  }
}
