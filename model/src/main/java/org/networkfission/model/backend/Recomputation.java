package org.networkfission.model.backend;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.networkfission.model.network.Recompute;
import org.networkfission.model.op.FeatureMap;
import org.networkfission.model.op.Op;
import org.networkfission.model.op.StageProgram;

/**
 * Which operations of a stage a backward pass computes again (Chen et al. 2016, "Training deep nets
 * with sublinear memory cost"). Before a stage's gradients its features are made once more, from
 * the outputs of other stages, which are kept.
 */
public final class Recomputation {
  private Recomputation() {}

  /**
   * For each operation of a stage, whether it is computed again: from the last to the first, what
   * is asked for behind it decides.
   */
  public static List<Boolean> again(StageProgram stage, Recompute recompute) {
    List<Op> ops = stage.ops();
    if (recompute == Recompute.NONE) {
      return Collections.nCopies(ops.size(), false);
    }
    Set<String> asked = new HashSet<>();
    List<Boolean> again = new ArrayList<>();
    for (int i = ops.size() - 1; i >= 0; i--) {
      Op op = ops.get(i);
      Need need = op.accept(new Needs());
      boolean repeated = need == Need.ALL || asked.contains(op.output().name());
      if (repeated || need == Need.INPUTS) {
        op.inputs().stream().map(FeatureMap::name).forEach(asked::add);
      }
      again.add(repeated);
    }
    Collections.reverse(again);
    return again;
  }

  /** What an operation's gradient asks for of its forward pass. */
  private enum Need {
    NOTHING,
    /** What it read. */
    INPUTS,
    /** What it read, made, and remembers. */
    ALL
  }

  private static final class Needs implements Op.Visitor<Need> {
    @Override
    public Need convolution(Op.Convolution op) {
      return Need.INPUTS;
    }

    @Override
    public Need transposedConvolution(Op.TransposedConvolution op) {
      return Need.INPUTS;
    }

    @Override
    public Need batchNorm(Op.BatchNorm op) {
      return Need.ALL;
    }

    @Override
    public Need bias(Op.Bias op) {
      return Need.NOTHING;
    }

    @Override
    public Need activation(Op.Activation op) {
      return Need.ALL;
    }

    @Override
    public Need scale(Op.Scale op) {
      return Need.ALL;
    }

    @Override
    public Need maxPool(Op.MaxPool op) {
      return Need.ALL;
    }

    @Override
    public Need globalAveragePool(Op.GlobalAveragePool op) {
      return Need.NOTHING;
    }

    @Override
    public Need upsampling(Op.Upsampling op) {
      return Need.NOTHING;
    }

    @Override
    public Need add(Op.Add op) {
      return Need.NOTHING;
    }

    @Override
    public Need concat(Op.Concat op) {
      return Need.NOTHING;
    }

    @Override
    public Need slice(Op.Slice op) {
      return Need.NOTHING;
    }

    @Override
    public Need dropout(Op.Dropout op) {
      return Need.ALL;
    }
  }
}
