package org.networkfission.model.backend.cuda.plan;

import org.networkfission.model.backend.cuda.memory.Place;
import org.networkfission.model.op.Op;

/** The maximum over 3x3 pixels at stride 2; remembers which it was. */
final class MaxPoolOperation extends Operation {
  private final Op.MaxPool op;
  private Place which;

  MaxPoolOperation(Op.MaxPool op) {
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
    which = plan.allocateBytes(n);
    plan.each(
        "max pool",
        "maxPool",
        op.output(),
        n,
        plan.value(op.input()),
        op.input().height(),
        op.input().width(),
        op.input().channels(),
        n,
        output,
        which);
    plan.value(op.output(), output);
  }

  @Override
  void backward(PlanBuilder plan) {
    int n = plan.count(op.input());
    Place gradient = plan.allocate(op.input());
    plan.each(
        "max pool",
        "maxPoolGradient",
        op.output(),
        n,
        which,
        plan.flowing(op.output()),
        op.input().height(),
        op.input().width(),
        op.input().channels(),
        n,
        gradient);
    plan.flow(op.input(), gradient, true);
  }
}
