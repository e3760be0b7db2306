package org.networkfission.model.backend.onednn;

import java.util.ArrayList;
import java.util.List;
import org.networkfission.model.op.ActivationFunction;
import org.networkfission.model.op.FeatureMap;
import org.networkfission.model.op.Op;
import org.networkfission.model.op.StageProgram;

/**
 * The kernels of a stage of a {@link org.networkfission.model.backend.Folding}: a convolution does
 * itself what comes right behind it and nobody else reads before: its bias, then its ReLU or the
 * addition of features that were made earlier.
 */
final class FusedKernels {
  private final StageProgram stage;
  private final List<OneDnnKernel> kernels = new ArrayList<>();

  private FusedKernels(StageProgram stage) {
    this.stage = stage;
  }

  static List<OneDnnKernel> of(StageProgram stage, OneDnnKernels kinds) {
    FusedKernels fused = new FusedKernels(stage);
    int at = 0;
    while (at < stage.ops().size()) {
      at = fused.take(at, kinds);
    }
    return fused.kernels;
  }

  /** Makes the next kernel; returns the number of the first operation that it does not do. */
  private int take(int at, OneDnnKernels kinds) {
    Op op = stage.ops().get(at);
    int next = at + 1;
    if (!(op instanceof Op.Convolution convolution)) {
      kernels.add(op.accept(kinds));
      return next;
    }
    Op.Bias bias = behind(op, next) instanceof Op.Bias found ? found : null;
    next += bias == null ? 0 : 1;
    Op last = behind(bias == null ? op : bias, next);
    boolean fits =
        (last instanceof Op.Activation activation
                && activation.function() == ActivationFunction.RELU)
            || (last instanceof Op.Add add && mayOverwrite(add, next));
    kernels.add(new OneDnnConvolution(convolution, bias, fits ? last : null, kinds));
    return fits ? next + 1 : next;
  }

  /** The operation of a number where it alone reads what the one before it makes, else null. */
  private Op behind(Op before, int number) {
    FeatureMap made = before.output();
    boolean read =
        number < stage.ops().size()
            && stage.readers(made) == 1
            && stage.ops().get(number).inputs().contains(made);
    return read ? stage.ops().get(number) : null;
  }

  /**
   * Whether what an addition reads besides the convolution was made in this stage, in memory of its
   * own, and nobody reads it afterwards.
   */
  private boolean mayOverwrite(Op.Add add, int number) {
    FeatureMap made = stage.ops().get(number - 1).output();
    FeatureMap other = add.left().name().equals(made.name()) ? add.right() : add.left();
    List<Op> before = stage.ops().subList(0, number);
    List<Op> readers = before.stream().filter(op -> op.inputs().contains(other)).toList();
    return before.stream().anyMatch(op -> op.output().equals(other) && ownsItsOutput(op))
        && readers.stream().allMatch(FusedKernels::ownsItsOutput)
        && stage.readers(other) == readers.size() + 1;
  }

  /** Whether what an operation makes surely is not the memory of what it reads. */
  private static boolean ownsItsOutput(Op op) {
    return op instanceof Op.Convolution || op instanceof Op.BatchNorm || op instanceof Op.Add;
  }
}
