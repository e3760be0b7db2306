package org.networkfission.model.backend.onednn;

import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.javacpp.FloatPointer;
import org.networkfission.model.backend.DropoutMask;
import org.networkfission.model.op.DataType;
import org.networkfission.model.op.Op;

/** Dropout in oneDNN. */
final class OneDnnDropout extends OneDnnKernel {
  private final Op.Dropout op;
  private final DropoutMask mask;
  private memory scale;

  OneDnnDropout(Op.Dropout op, long seed) {
    this.op = op;
    this.mask = new DropoutMask(op, seed);
  }

  @Override
  void forward(OneDnnPlan plan) {
    memory source = plan.value(op.input());
    if (!plan.training()) {
      plan.value(op.output(), source);
      return;
    }
    memory.desc description = plan.plain(op.input().as(DataType.FLOAT32));
    memory plain = plan.allocate(description);
    long length = description.get_size() / Float.BYTES;
    plan.add(
        "dropout mask",
        () -> {
          FloatPointer values = new FloatPointer(plain.get_data_handle());
          mask.fill(values.capacity(length).asBuffer(), plan.step());
        },
        plain);
    scale = plan.allocate(source.get_desc());
    plan.copy("dropout", plain, scale);
    memory output = plan.allocate(source.get_desc());
    plan.binary(dnnl.dnnl_binary_mul, "dropout", source, scale, output);
    plan.value(op.output(), output);
  }

  @Override
  void backward(OneDnnPlan plan) {
    memory outputGradient = plan.as(plan.gradient(op.output()), scale.get_desc());
    memory gradient = plan.allocate(scale.get_desc());
    plan.binary(dnnl.dnnl_binary_mul, "dropout", outputGradient, scale, gradient);
    plan.addGradient(op.input(), gradient);
  }
}
