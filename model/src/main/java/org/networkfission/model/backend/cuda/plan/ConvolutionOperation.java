package org.networkfission.model.backend.cuda.plan;

import org.networkfission.model.backend.cuda.cudnn.Direction;
import org.networkfission.model.backend.cuda.cudnn.Problem;
import org.networkfission.model.backend.cuda.memory.Place;
import org.networkfission.model.op.Op;

/** A convolution, depthwise or not, of cuDNN's. */
final class ConvolutionOperation extends Operation {
  private final Op.Convolution op;

  ConvolutionOperation(Op.Convolution op) {
    this.op = op;
  }

  @Override
  Op op() {
    return op;
  }

  @Override
  void forward(PlanBuilder plan) {
    Place output = plan.allocate(op.output());
    plan.add(
        new Step.Convolve(
            label(),
            Problem.of(op, plan.batch(), Direction.FORWARD),
            plan.value(op.input()),
            plan.kernel(op.weight()),
            output));
    plan.value(op.output(), output);
  }

  @Override
  void backward(PlanBuilder plan) {
    Place outputGradient = plan.flowing(op.output());
    plan.add(
        new Step.Convolve(
            label() + " kernels",
            Problem.of(op, plan.batch(), Direction.BACKWARD_FILTER),
            plan.value(op.input()),
            plan.kernelGradient(op.weight()),
            outputGradient));
    if (plan.wantsGradient(op.input())) {
      Place gradient = plan.allocate(op.input());
      plan.add(
          new Step.Convolve(
              label() + " features",
              Problem.of(op, plan.batch(), Direction.BACKWARD_DATA),
              gradient,
              plan.kernel(op.weight()),
              outputGradient));
      plan.flow(op.input(), gradient, true);
    }
  }

  private String label() {
    return op.depthwise() ? "depthwise convolution" : "convolution";
  }
}
