package org.networkfission.model.backend.onednn;

import org.bytedeco.dnnl.memory;
import org.networkfission.model.op.Op;

/** The sum of two feature maps in oneDNN. */
final class OneDnnAdd extends OneDnnKernel {
  private final Op.Add op;

  OneDnnAdd(Op.Add op) {
    this.op = op;
  }

  @Override
  void forward(OneDnnPlan plan) {
    memory left = plan.value(op.left());
    memory sum = plan.allocate(left.get_desc());
    plan.sum(left, plan.as(plan.value(op.right()), left.get_desc()), sum);
    plan.value(op.output(), sum);
  }

  @Override
  void backward(OneDnnPlan plan) {
    memory gradient = plan.gradient(op.output());
    plan.addSharedGradient(op.left(), gradient);
    plan.addSharedGradient(op.right(), gradient);
  }
}
