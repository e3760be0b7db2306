package org.networkfission.model.backend.cuda.plan;

import org.networkfission.model.backend.cuda.memory.Place;
import org.networkfission.model.op.Op;

/** Features times a factor per image and channel. */
final class ScaleOperation extends Operation {
  private final Op.Scale op;

  ScaleOperation(Op.Scale op) {
    this.op = op;
  }

  @Override
  Op op() {
    return op;
  }

  @Override
  void forward(PlanBuilder plan) {
    Place output = plan.allocate(op.output());
    scale(plan, plan.value(op.features()), output);
    plan.value(op.output(), output);
  }

  private void scale(PlanBuilder plan, Place features, Place scaled) {
    int n = plan.count(op.output());
    plan.each(
        "scale",
        "scale",
        op.output(),
        n,
        features,
        plan.value(op.factors()),
        op.output().channels(),
        pixels(),
        n,
        scaled);
  }

  private int pixels() {
    return op.output().height() * op.output().width();
  }

  @Override
  void backward(PlanBuilder plan) {
    Place outputGradient = plan.flowing(op.output());
    Place gradient = plan.allocate(op.features());
    scale(plan, outputGradient, gradient);
    Place factors = plan.allocate(op.factors());
    plan.columns(
        "scale",
        PlanBuilder.over("imageSums", op.output()),
        op.output().channels(),
        plan.batch(),
        outputGradient,
        plan.value(op.features()),
        op.output().channels(),
        pixels(),
        1f,
        factors);
    plan.flow(op.features(), gradient, true);
    plan.flow(op.factors(), factors, true);
  }
}
