package org.networkfission.model.backend.onednn;

import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.resampling_backward;
import org.bytedeco.dnnl.resampling_forward;
import org.networkfission.model.backend.onednn.memory.OneDnn;
import org.networkfission.model.op.Op;

/** Bilinear upsampling in oneDNN. */
final class OneDnnUpsampling extends OneDnnKernel {
  private final Op.Upsampling op;
  private memory source;
  private resampling_forward.primitive_desc forward;

  OneDnnUpsampling(Op.Upsampling op) {
    this.op = op;
  }

  @Override
  void forward(OneDnnPlan plan) {
    source = plan.value(op.input());
    forward =
        new resampling_forward.primitive_desc(
            new resampling_forward.desc(
                plan.training() ? dnnl.dnnl_forward_training : dnnl.dnnl_forward_inference,
                dnnl.dnnl_resampling_linear,
                source.get_desc(),
                plan.any(op.output())),
            OneDnn.attributes(),
            OneDnn.engine());
    memory output = plan.allocate(forward.dst_desc());
    plan.add(
        "upsampling",
        new resampling_forward(forward),
        forward,
        dnnl.DNNL_ARG_SRC,
        source,
        dnnl.DNNL_ARG_DST,
        output);
    plan.value(op.output(), output);
  }

  @Override
  void backward(OneDnnPlan plan) {
    memory outputGradient = plan.as(plan.gradient(op.output()), forward.dst_desc());
    resampling_backward.primitive_desc description =
        new resampling_backward.primitive_desc(
            new resampling_backward.desc(
                dnnl.dnnl_resampling_linear, source.get_desc(), outputGradient.get_desc()),
            OneDnn.attributes(),
            OneDnn.engine(),
            forward);
    memory gradient = plan.allocate(description.diff_src_desc());
    plan.add(
        "upsampling",
        new resampling_backward(description),
        description,
        dnnl.DNNL_ARG_DIFF_DST,
        outputGradient,
        dnnl.DNNL_ARG_DIFF_SRC,
        gradient);
    plan.addGradient(op.input(), gradient);
  }
}
