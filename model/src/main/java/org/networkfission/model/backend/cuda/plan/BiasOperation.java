package org.networkfission.model.backend.cuda.plan;

import org.networkfission.model.backend.cuda.memory.Place;
import org.networkfission.model.op.Op;

/** A number added to each channel. */
final class BiasOperation extends Operation {
  private final Op.Bias op;

  BiasOperation(Op.Bias op) {
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
    plan.each(
        "bias",
        "addBias",
        op.output(),
        n,
        plan.value(op.input()),
        plan.parameter(op.bias()),
        n,
        op.input().channels(),
        output);
    plan.value(op.output(), output);
  }

  @Override
  void backward(PlanBuilder plan) {
    Place gradient = plan.flowing(op.output());
    ChannelSums sums = new ChannelSums(plan, op.input());
    sums.ofGradient("bias", null, gradient, null, null, null, null, false);
    sums.finish("bias", plan.gradient(op.bias()), null);
    plan.flow(op.input(), gradient, false);
  }
}
