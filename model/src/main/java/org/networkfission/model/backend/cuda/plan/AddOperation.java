package org.networkfission.model.backend.cuda.plan;

import org.networkfission.model.backend.cuda.memory.Place;
import org.networkfission.model.op.Op;

/** The sum of two feature maps. */
final class AddOperation extends Operation {
  private final Op.Add op;

  AddOperation(Op.Add op) {
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
        "add", "add", op.output(), n, plan.value(op.left()), plan.value(op.right()), n, output);
    plan.value(op.output(), output);
  }

  @Override
  void backward(PlanBuilder plan) {
    Place gradient = plan.flowing(op.output());
    plan.flow(op.left(), gradient, false);
    plan.flow(op.right(), gradient, false);
  }
}
