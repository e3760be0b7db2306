package org.networkfission.model.backend.onednn;

import org.bytedeco.dnnl.memory;
import org.bytedeco.javacpp.Pointer;
import org.networkfission.model.op.Op;

/** Some channels of a feature map in oneDNN. */
final class OneDnnSlice extends OneDnnKernel {
  private final Op.Slice op;

  OneDnnSlice(Op.Slice op) {
    this.op = op;
  }

  @Override
  void forward(OneDnnPlan plan) {
    memory source = plan.own(plan.value(op.input()), plan.plain(op.input()));
    memory output = plan.allocate(plan.plain(op.output()));
    plan.copy("slice", plan.channels(source, op.output(), op.from()), output);
    plan.value(op.output(), output);
  }

  @Override
  void backward(OneDnnPlan plan) {
    memory gradient = plan.allocate(plan.plain(op.input()));
    long bytes = gradient.get_desc().get_size();
    plan.add("slice", () -> Pointer.memset(gradient.get_data_handle(), 0, bytes), gradient);
    plan.copy("slice", plan.gradient(op.output()), plan.channels(gradient, op.output(), op.from()));
    plan.addGradient(op.input(), gradient);
  }
}
