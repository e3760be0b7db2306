package org.networkfission.model.backend.onednn;

import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.networkfission.model.backend.onednn.memory.OneDnn;
import org.networkfission.model.op.Op;

/** A bias per channel in oneDNN. */
final class OneDnnBias extends OneDnnKernel {
  private final Op.Bias op;

  OneDnnBias(Op.Bias op) {
    this.op = op;
  }

  @Override
  void forward(OneDnnPlan plan) {
    memory source = plan.value(op.input());
    memory bias = plan.wrap(channels(), plan.tensors().parameter(op.bias()));
    memory sum = plan.allocate(source.get_desc());
    plan.binary(dnnl.dnnl_binary_add, "bias", source, bias, sum);
    plan.value(op.output(), sum);
  }

  @Override
  void backward(OneDnnPlan plan) {
    memory gradient = plan.gradient(op.output());
    memory sum = plan.wrap(channels(), plan.tensors().gradient(op.bias()));
    if (plan.batch() * op.input().height() * op.input().width() == 1) {
      plan.copy("bias", gradient, sum); // Of one element the library makes no sum.
    } else {
      plan.reduce("bias", gradient, sum);
    }
    plan.addSharedGradient(op.input(), gradient);
  }

  private memory.desc channels() {
    return OneDnn.parameters(1, op.input().channels(), 1, 1);
  }
}
