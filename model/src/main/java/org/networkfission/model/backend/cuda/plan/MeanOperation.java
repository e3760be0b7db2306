package org.networkfission.model.backend.cuda.plan;

import org.networkfission.model.backend.cuda.memory.Place;
import org.networkfission.model.op.Op;

/** The mean over all pixels of an image. */
final class MeanOperation extends Operation {
  private final Op.GlobalAveragePool op;

  MeanOperation(Op.GlobalAveragePool op) {
    this.op = op;
  }

  @Override
  Op op() {
    return op;
  }

  @Override
  void forward(PlanBuilder plan) {
    Place output = plan.allocate(op.output());
    plan.columns(
        "global mean",
        PlanBuilder.over("imageSums", op.output()),
        op.input().channels(),
        plan.batch(),
        plan.value(op.input()),
        null,
        op.input().channels(),
        pixels(),
        1f / pixels(),
        output);
    plan.value(op.output(), output);
  }

  private int pixels() {
    return op.input().height() * op.input().width();
  }

  @Override
  void backward(PlanBuilder plan) {
    int n = plan.count(op.input());
    Place gradient = plan.allocate(op.input());
    plan.each(
        "global mean",
        "spread",
        op.output(),
        n,
        plan.flowing(op.output()),
        op.input().channels(),
        pixels(),
        1f / pixels(),
        n,
        gradient);
    plan.flow(op.input(), gradient, true);
  }
}
