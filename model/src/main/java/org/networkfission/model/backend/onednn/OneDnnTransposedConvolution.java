package org.networkfission.model.backend.onednn;

import org.bytedeco.dnnl.deconvolution_backward_data;
import org.bytedeco.dnnl.deconvolution_backward_weights;
import org.bytedeco.dnnl.deconvolution_forward;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.networkfission.model.backend.onednn.memory.OneDnn;
import org.networkfission.model.op.DataType;
import org.networkfission.model.op.Op;

/** A transposed convolution in oneDNN. */
final class OneDnnTransposedConvolution extends OneDnnKernel {
  private final Op.TransposedConvolution op;
  private final String label;
  private final long[] strides;
  private final long[] padding;
  private final long[] kernel;

  /** What it multiplies in forward: bfloat16 where what it reads or makes is. */
  private final DataType type;

  /**
   * What it multiplies in backward: float32 where the output's gradient is, of whose few channels
   * the library makes a kernel's gradient in bfloat16 three times more slowly.
   */
  private final DataType backward;

  /** The kernel as it lies in the parameters, [in, out, height, width], seen as [out, in, ...]. */
  private final memory.desc plainKernel;

  private deconvolution_forward.primitive_desc forward;

  OneDnnTransposedConvolution(Op.TransposedConvolution op) {
    this.op = op;
    long k = op.kernel();
    long in = op.input().channels();
    long out = op.output().channels();
    this.label = "transposed convolution %dx%d stride %d".formatted(k, k, op.stride());
    this.strides = new long[] {op.stride(), op.stride()};
    this.padding = new long[] {op.padding(), op.padding()};
    this.kernel = new long[] {out, in, k, k};
    this.plainKernel =
        OneDnn.strided(DataType.FLOAT32, kernel, new long[] {k * k, out * k * k, k, 1});
    this.type = op.output().type() == DataType.BFLOAT16 ? DataType.BFLOAT16 : op.input().type();
    this.backward = op.output().type();
  }

  @Override
  void forward(OneDnnPlan plan) {
    forward =
        new deconvolution_forward.primitive_desc(
            new deconvolution_forward.desc(
                plan.training() ? dnnl.dnnl_forward_training : dnnl.dnnl_forward_inference,
                dnnl.dnnl_deconvolution_direct,
                plan.any(op.input().as(type)),
                OneDnn.any(type, kernel),
                plan.any(op.output()),
                strides,
                padding,
                padding),
            OneDnn.attributes(),
            OneDnn.engine());
    memory output = plan.allocate(forward.dst_desc());
    plan.add(
        label,
        new deconvolution_forward(forward),
        forward,
        dnnl.DNNL_ARG_SRC,
        plan.as(plan.value(op.input()), forward.src_desc()),
        dnnl.DNNL_ARG_WEIGHTS,
        plan.weights().of(op.weight(), plainKernel, forward.weights_desc()),
        dnnl.DNNL_ARG_DST,
        output);
    plan.value(op.output(), output);
  }

  @Override
  void backward(OneDnnPlan plan) {
    weights(plan);
    data(plan);
  }

  private void weights(OneDnnPlan plan) {
    deconvolution_backward_weights.primitive_desc description =
        new deconvolution_backward_weights.primitive_desc(
            new deconvolution_backward_weights.desc(
                dnnl.dnnl_deconvolution_direct,
                plan.any(op.input().as(backward)),
                OneDnn.any(backward.parameters(), kernel),
                plan.any(op.output().as(backward)),
                strides,
                padding,
                padding),
            OneDnn.attributes(),
            OneDnn.engine(),
            forward);
    plan.weights()
        .gradient(
            op.weight(),
            plainKernel,
            description.diff_weights_desc(),
            gradient ->
                plan.add(
                    label + " weights",
                    new deconvolution_backward_weights(description),
                    description,
                    dnnl.DNNL_ARG_SRC,
                    plan.as(plan.value(op.input()), description.src_desc()),
                    dnnl.DNNL_ARG_DIFF_DST,
                    plan.as(plan.gradient(op.output()), description.diff_dst_desc()),
                    dnnl.DNNL_ARG_DIFF_WEIGHTS,
                    gradient));
  }

  private void data(OneDnnPlan plan) {
    deconvolution_backward_data.primitive_desc description =
        new deconvolution_backward_data.primitive_desc(
            new deconvolution_backward_data.desc(
                dnnl.dnnl_deconvolution_direct,
                plan.any(op.input().as(backward)),
                OneDnn.any(backward, kernel),
                plan.any(op.output().as(backward)),
                strides,
                padding,
                padding),
            OneDnn.attributes(),
            OneDnn.engine(),
            forward);
    memory gradient = plan.allocate(description.diff_src_desc());
    plan.add(
        label + " data",
        new deconvolution_backward_data(description),
        description,
        dnnl.DNNL_ARG_DIFF_DST,
        plan.as(plan.gradient(op.output()), description.diff_dst_desc()),
        dnnl.DNNL_ARG_WEIGHTS,
        plan.weights().of(op.weight(), plainKernel, description.weights_desc()),
        dnnl.DNNL_ARG_DIFF_SRC,
        gradient);
    plan.addGradient(op.input(), gradient);
  }
}
