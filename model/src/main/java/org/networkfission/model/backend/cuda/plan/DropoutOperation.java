package org.networkfission.model.backend.cuda.plan;

import org.networkfission.model.backend.DropoutMask;
import org.networkfission.model.backend.cuda.memory.Place;
import org.networkfission.model.op.Op;

/** Dropout, by the same function of seed, step and place as on processors. */
final class DropoutOperation extends Operation {
  private final Op.Dropout op;

  DropoutOperation(Op.Dropout op) {
    this.op = op;
  }

  @Override
  Op op() {
    return op;
  }

  @Override
  void forward(PlanBuilder plan) {
    if (!plan.training()) {
      plan.value(op.output(), plan.value(op.input()));
      return;
    }
    Place output = plan.allocate(op.output());
    drop(plan, plan.value(op.input()), output);
    plan.value(op.output(), output);
  }

  private void drop(PlanBuilder plan, Place from, Place to) {
    DropoutMask mask = new DropoutMask(op, plan.seed());
    int n = plan.count(op.output());
    plan.each(
        "dropout",
        "dropout",
        op.output(),
        n,
        from,
        op.output().channels(),
        op.output().height() * op.output().width(),
        n,
        mask.key(),
        plan.stepNumber(),
        mask.threshold(),
        mask.kept(),
        to);
  }

  @Override
  void backward(PlanBuilder plan) {
    Place gradient = plan.allocate(op.input());
    drop(plan, plan.flowing(op.output()), gradient);
    plan.flow(op.input(), gradient, true);
  }
}
