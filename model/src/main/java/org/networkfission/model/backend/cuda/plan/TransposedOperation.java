package org.networkfission.model.backend.cuda.plan;

import org.networkfission.model.backend.cuda.cudnn.Direction;
import org.networkfission.model.backend.cuda.cudnn.Problem;
import org.networkfission.model.backend.cuda.memory.Place;
import org.networkfission.model.op.DataType;
import org.networkfission.model.op.Op;

/**
 * A transposed convolution: the data gradient of the convolution that goes the other way. It
 * multiplies in the type that it makes.
 */
final class TransposedOperation extends Operation {
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
    plan.add(
        new Step.Convolve(
            "transposed convolution",
            Problem.of(op, plan.batch(), Direction.BACKWARD_DATA),
            output,
            plan.kernel(op.weight()),
            input));
    plan.value(op.output(), output);
  }

  @Override
  void backward(PlanBuilder plan) {
    Place outputGradient = plan.flowing(op.output());
    Place input = plan.value(op.input(), type);
    plan.add(
        new Step.Convolve(
            "transposed convolution kernels",
            Problem.of(op, plan.batch(), Direction.BACKWARD_FILTER),
            outputGradient,
            plan.kernelGradient(op.weight()),
            input));
    if (plan.wantsGradient(op.input())) {
      Place gradient = plan.allocate(op.input().as(type));
      plan.add(
          new Step.Convolve(
              "transposed convolution features",
              Problem.of(op, plan.batch(), Direction.FORWARD),
              outputGradient,
              plan.kernel(op.weight()),
              gradient));
      plan.flow(op.input(), gradient, type);
    }
  }
}
