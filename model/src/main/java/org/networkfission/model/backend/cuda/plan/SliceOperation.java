package org.networkfission.model.backend.cuda.plan;

import org.networkfission.model.backend.cuda.memory.Place;
import org.networkfission.model.op.Op;

/** Some channels of a feature map. */
final class SliceOperation extends Operation {
  private final Op.Slice op;

  SliceOperation(Op.Slice op) {
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
        "slice",
        "copyChannels",
        op.output(),
        n,
        plan.value(op.input()),
        op.input().channels(),
        op.from(),
        op.output().channels(),
        n,
        op.output().channels(),
        0,
        output);
    plan.value(op.output(), output);
  }

  @Override
  void backward(PlanBuilder plan) {
    int n = plan.count(op.output());
    Place gradient = plan.allocate(op.input());
    plan.add(new Step.Clear(gradient));
    plan.wide(
        "slice",
        "copyChannels",
        op.output(),
        n,
        plan.flowing(op.output()),
        op.output().channels(),
        0,
        op.output().channels(),
        n,
        op.input().channels(),
        op.from(),
        gradient);
    plan.flow(op.input(), gradient, true);
  }
}
