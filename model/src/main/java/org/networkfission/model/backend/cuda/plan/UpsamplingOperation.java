package org.networkfission.model.backend.cuda.plan;

import org.networkfission.model.backend.cuda.memory.Place;
import org.networkfission.model.op.FeatureMap;
import org.networkfission.model.op.Op;

/** Bilinear interpolation. */
final class UpsamplingOperation extends Operation {
  private static final String LABEL = "upsampling";

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
    FeatureMap from = op.input();
    FeatureMap to = op.output();
    Place output = plan.allocate(to);
    plan.rows(
        LABEL,
        "upsample",
        to,
        plan.batch() * to.height(),
        to.width() * to.channels(),
        plan.value(from),
        from.height(),
        from.width(),
        to.height(),
        to.width(),
        to.channels(),
        plan.batch(),
        output);
    plan.value(to, output);
  }

  @Override
  void backward(PlanBuilder plan) {
    FeatureMap from = op.output();
    FeatureMap to = op.input();
    int length = to.width() * to.channels();
    int rows = plan.batch() * from.height();
    Place across = plan.allocate((long) rows * length);
    plan.rows(
        LABEL,
        "upsampleGradientAcross",
        from,
        rows,
        length,
        plan.flowing(from),
        to.width(),
        from.width(),
        to.channels(),
        rows,
        across);
    Place gradient = plan.allocate(to);
    plan.rows(
        LABEL,
        "upsampleGradientDown",
        from,
        plan.batch() * to.height(),
        length,
        across,
        to.height(),
        from.height(),
        length,
        plan.batch(),
        gradient);
    plan.flow(to, gradient, true);
  }
}
