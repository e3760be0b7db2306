package org.networkfission.model.backend.cuda.plan;

import org.networkfission.model.backend.cuda.cudnn.Direction;
import org.networkfission.model.backend.cuda.cudnn.Problem;
import org.networkfission.model.backend.cuda.memory.Place;
import org.networkfission.model.op.DataType;
import org.networkfission.model.op.FeatureMap;
import org.networkfission.model.op.Op;

/** A convolution, depthwise or not, of cuDNN's. It multiplies in the type that it makes. */
final class ConvolutionOperation extends Operation {
  private final Op.Convolution op;
  private final DataType type;

  ConvolutionOperation(Op.Convolution op) {
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
    plan.add(
        new Step.Convolve(
            label(),
            Problem.of(op, plan.batch(), Direction.FORWARD),
            input,
            plan.kernel(op.weight()),
            output));
    plan.value(op.output(), output);
  }

  @Override
  void backward(PlanBuilder plan) {
    Place outputGradient = plan.flowing(op.output());
    kernels(plan, outputGradient);
    if (plan.wantsGradient(op.input())) {
      Place gradient = plan.allocate(op.input().as(type));
      plan.add(
          new Step.Convolve(
              label() + " features",
              Problem.of(op, plan.batch(), Direction.BACKWARD_DATA),
              gradient,
              plan.kernel(op.weight()),
              outputGradient));
      plan.flow(op.input(), gradient, type);
    }
  }

  private void kernels(PlanBuilder plan, Place outputGradient) {
    FeatureMap x = op.input();
    FeatureMap y = op.output();
    Place gradient = plan.kernelGradient(op.weight());
    if (NarrowKernelGradient.fits(y, type) && !op.depthwise()) {
      new NarrowKernelGradient(
              x,
              y,
              op.kernel(),
              op.stride(),
              op.dilation(),
              op.paddingBefore(x.height(), y.height()),
              op.paddingBefore(x.width(), y.width()))
          .add(plan, label() + " kernels", plan.value(x), outputGradient, gradient);
      return;
    }
    plan.add(
        new Step.Convolve(
            label() + " kernels",
            Problem.of(op, plan.batch(), Direction.BACKWARD_FILTER),
            plan.value(x, type),
            gradient,
            outputGradient));
  }

  private String label() {
    return op.depthwise() ? "depthwise convolution" : "convolution";
  }
}
