package org.networkfission.model.backend.cuda.plan;

import java.util.Arrays;
import org.networkfission.model.backend.cuda.memory.Place;
import org.networkfission.model.op.ActivationFunction;
import org.networkfission.model.op.Op;

/** A function of each feature by itself. */
final class ActivationOperation extends Operation {
  private final Op.Activation op;

  ActivationOperation(Op.Activation op) {
    this.op = op;
  }

  @Override
  Op op() {
    return op;
  }

  @Override
  void forward(PlanBuilder plan) {
    int n = plan.count(op.output());
    Place output = plan.allocate(op.output());
    plan.wide(
        "activation", "activate", op.output(), n, plan.value(op.input()), n, function(), output);
    plan.value(op.output(), output);
  }

  @Override
  void backward(PlanBuilder plan) {
    int n = plan.count(op.input());
    Place gradient = plan.allocate(op.input());
    plan.wide(
        "activation",
        "activateGradient",
        op.output(),
        n,
        plan.value(op.input()),
        plan.flowing(op.output()),
        n,
        function(),
        gradient);
    plan.flow(op.input(), gradient, true);
  }

  /** The number that the kernels know the function by. */
  private int function() {
    return Arrays.asList(ActivationFunction.values()).indexOf(op.function());
  }
}
