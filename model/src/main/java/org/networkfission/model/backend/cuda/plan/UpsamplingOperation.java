package org.networkfission.model.backend.cuda.plan;

import org.networkfission.model.backend.cuda.memory.Place;
import org.networkfission.model.op.Op;

/** Bilinear interpolation. */
final class UpsamplingOperation extends Operation {
  private final Op.Upsampling op;

  UpsamplingOperation(Op.Upsampling op) {
    this.op = op;
  }

  @Override
  Op op() {
    return op;
  }

  @Override
  void forward(PlanBuilder plan) {
    Place output = plan.allocate(op.output());
    resize(plan, "upsample", plan.count(op.output()), plan.value(op.input()), output);
    plan.value(op.output(), output);
  }

  private void resize(PlanBuilder plan, String kernel, int n, Place from, Place to) {
    plan.each(
        "upsampling",
        kernel,
        op.output(),
        n,
        from,
        op.input().height(),
        op.input().width(),
        op.output().height(),
        op.output().width(),
        op.input().channels(),
        n,
        to);
  }

  @Override
  void backward(PlanBuilder plan) {
    Place gradient = plan.allocate(op.input());
    int n = plan.count(op.input());
    resize(plan, "upsampleGradient", n, plan.flowing(op.output()), gradient);
    plan.flow(op.input(), gradient, true);
  }
}
