package org.networkfission.model.backend.cuda.plan;

import org.networkfission.model.backend.cuda.cudnn.Direction;
import org.networkfission.model.backend.cuda.cudnn.Problem;
import org.networkfission.model.backend.cuda.memory.Place;
import org.networkfission.model.op.DataType;
import org.networkfission.model.op.FeatureMap;
import org.networkfission.model.op.Op;

/**
 * A transposed convolution: the data gradient of the convolution that goes the other way. It
 * multiplies in the type that it makes.
 */
final class TransposedOperation extends Operation {
  private static final String LABEL = "transposed convolution";

  private final Op.TransposedConvolution op;
  private final DataType type;

  TransposedOperation(Op.TransposedConvolution op) {
    this.op = op;
    this.type = op.output().type();
  }

  @Override
  Op op() {
    return op;
  }

  @Override
  void forward(PlanBuilder plan) {
    Place input = plan.value(op.input(), type);
    Place output = plan.allocate(op.output());
    if (narrow()) {
      compute(plan, input, output);
    } else {
      plan.add(
          new Step.Convolve(
              LABEL,
              Problem.of(op, plan.batch(), Direction.BACKWARD_DATA),
              output,
              plan.kernel(op.weight()),
              input));
    }
    plan.value(op.output(), output);
  }

  /** Whether both sides have few channels, of which cuDNN makes little of a GPU. */
  private boolean narrow() {
    return NarrowKernelGradient.fits(op.input(), type)
        && NarrowKernelGradient.fits(op.output(), type);
  }

  private void compute(PlanBuilder plan, Place input, Place output) {
    FeatureMap x = op.input();
    FeatureMap y = op.output();
    int n = plan.count(y);
    plan.each(
        LABEL,
        "transposedConvolution",
        n,
        input,
        plan.kernel(op.weight()),
        x.height(),
        x.width(),
        x.channels(),
        y.channels(),
        op.kernel(),
        op.stride(),
        op.padding(),
        y.height(),
        y.width(),
        n,
        output);
  }

  @Override
  void backward(PlanBuilder plan) {
    Place outputGradient = plan.flowing(op.output());
    Place input = plan.value(op.input(), type);
    if (narrow()) {
      new NarrowKernelGradient(
              op.output(), op.input(), op.kernel(), op.stride(), 1, op.padding(), op.padding())
          .add(plan, LABEL + " kernels", outputGradient, input, plan.kernelGradient(op.weight()));
    } else {
      plan.add(
          new Step.Convolve(
              LABEL + " kernels",
              Problem.of(op, plan.batch(), Direction.BACKWARD_FILTER),
              outputGradient,
              plan.kernelGradient(op.weight()),
              input));
    }
    if (plan.wantsGradient(op.input())) {
      Place gradient = plan.allocate(op.input().as(type));
      plan.add(
          new Step.Convolve(
              LABEL + " features",
              Problem.of(op, plan.batch(), Direction.FORWARD),
              outputGradient,
              plan.kernel(op.weight()),
              gradient));
      plan.flow(op.input(), gradient, type);
    }
  }
}
