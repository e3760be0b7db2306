package org.networkfission.model.backend.onednn;

import java.util.function.IntFunction;
import org.bytedeco.dnnl.convolution_backward_data;
import org.bytedeco.dnnl.convolution_backward_weights;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive_desc_base;
import org.networkfission.model.backend.onednn.memory.OneDnn;
import org.networkfission.model.network.ConvolutionAlgorithm;
import org.networkfission.model.op.DataType;
import org.networkfission.model.op.FeatureMap;
import org.networkfission.model.op.Op;

/**
 * A convolution in oneDNN, dilation included. Where the plan allows, those of 3x3 pixels are
 * computed by Winograd's minimal filtering (Lavin and Gray 2016, "Fast algorithms for convolutional
 * neural networks"): a quarter of the multiplications, with a relative rounding error of about
 * 1e-6.
 */
final class OneDnnConvolution extends OneDnnKernel {
  /** With fewer channels what tiles cost is more than what they save. */
  private static final int WINOGRAD_CHANNELS = 64;

  private final Op.Convolution op;
  private final String label;
  private final long[] strides;
  private final long[] dilations;
  private final long[] before;
  private final long[] after;
  private final long[] kernel;

  /** What it multiplies in: bfloat16 where what it reads or makes is. */
  private final DataType type;

  private convolution_forward.primitive_desc forward;

  OneDnnConvolution(Op.Convolution op) {
    this.op = op;
    int k = op.kernel();
    this.label =
        "%sconvolution %dx%d%s%s"
            .formatted(
                op.depthwise() ? "depthwise " : "",
                k,
                k,
                op.stride() > 1 ? " stride " + op.stride() : "",
                op.dilation() > 1 ? " dilated" : "");
    FeatureMap in = op.input();
    FeatureMap out = op.output();
    this.strides = new long[] {op.stride(), op.stride()};
    // oneDNN counts the gaps.
    this.dilations = new long[] {op.dilation() - 1, op.dilation() - 1};
    this.before =
        new long[] {
          op.paddingBefore(in.height(), out.height()), op.paddingBefore(in.width(), out.width())
        };
    this.after =
        new long[] {
          op.paddingAfter(in.height(), out.height()), op.paddingAfter(in.width(), out.width())
        };
    // A group per channel.
    this.kernel =
        op.depthwise()
            ? new long[] {in.channels(), 1, 1, k, k}
            : new long[] {out.channels(), in.channels(), k, k};
    this.type = op.output().type() == DataType.BFLOAT16 ? DataType.BFLOAT16 : op.input().type();
  }

  @Override
  void forward(OneDnnPlan plan) {
    forward =
        choose(
            plan,
            algorithm ->
                new convolution_forward.primitive_desc(
                    new convolution_forward.desc(
                        plan.training() ? dnnl.dnnl_forward_training : dnnl.dnnl_forward_inference,
                        algorithm,
                        plan.any(op.input().as(type)),
                        OneDnn.any(type, kernel),
                        plan.any(op.output()),
                        strides,
                        dilations,
                        before,
                        after),
                    OneDnn.attributes(),
                    OneDnn.engine(),
                    mayBeAbsent(algorithm)));
    memory output = plan.allocate(forward.dst_desc());
    plan.add(
        label,
        new convolution_forward(forward),
        forward,
        dnnl.DNNL_ARG_SRC,
        plan.as(plan.value(op.input()), forward.src_desc()),
        dnnl.DNNL_ARG_WEIGHTS,
        plan.weight(op.weight(), OneDnn.parameters(kernel), forward.weights_desc()),
        dnnl.DNNL_ARG_DST,
        output);
    plan.value(op.output(), output);
  }

  /** The primitive by the plan's algorithm, or directly where the library has none by that. */
  private <D extends primitive_desc_base> D choose(OneDnnPlan plan, IntFunction<D> by) {
    if (plan.convolution() == ConvolutionAlgorithm.WINOGRAD && suitsWinograd()) {
      D description = by.apply(dnnl.dnnl_convolution_winograd);
      if (description.asBoolean()) {
        return description;
      }
    }
    return by.apply(dnnl.dnnl_convolution_direct);
  }

  private static boolean mayBeAbsent(int algorithm) {
    return algorithm == dnnl.dnnl_convolution_winograd;
  }

  private boolean suitsWinograd() {
    return type == DataType.FLOAT32
        && op.kernel() == 3
        && op.stride() == 1
        && op.dilation() == 1
        && !op.depthwise()
        && Math.min(op.input().channels(), op.output().channels()) >= WINOGRAD_CHANNELS;
  }

  @Override
  void backward(OneDnnPlan plan) {
    weights(plan);
    data(plan);
  }

  private void weights(OneDnnPlan plan) {
    convolution_backward_weights.primitive_desc description =
        choose(
            plan,
            algorithm ->
                new convolution_backward_weights.primitive_desc(
                    new convolution_backward_weights.desc(
                        algorithm,
                        plan.any(op.input().as(type)),
                        OneDnn.any(type.parameters(), kernel),
                        plan.any(op.output().as(type)),
                        strides,
                        dilations,
                        before,
                        after),
                    OneDnn.attributes(),
                    OneDnn.engine(),
                    forward,
                    mayBeAbsent(algorithm)));
    plan.weightGradient(
        op.weight(),
        OneDnn.parameters(kernel),
        description.diff_weights_desc(),
        gradient ->
            plan.add(
                label + " weights",
                new convolution_backward_weights(description),
                description,
                dnnl.DNNL_ARG_SRC,
                plan.as(plan.value(op.input()), description.src_desc()),
                dnnl.DNNL_ARG_DIFF_DST,
                plan.as(plan.gradient(op.output()), description.diff_dst_desc()),
                dnnl.DNNL_ARG_DIFF_WEIGHTS,
                gradient));
  }

  private void data(OneDnnPlan plan) {
    convolution_backward_data.primitive_desc description =
        choose(
            plan,
            algorithm ->
                new convolution_backward_data.primitive_desc(
                    new convolution_backward_data.desc(
                        algorithm,
                        plan.any(op.input()),
                        OneDnn.any(type, kernel),
                        plan.any(op.output().as(type)),
                        strides,
                        dilations,
                        before,
                        after),
                    OneDnn.attributes(),
                    OneDnn.engine(),
                    forward,
                    mayBeAbsent(algorithm)));
    memory gradient = plan.allocate(description.diff_src_desc());
    plan.add(
        label + " data",
        new convolution_backward_data(description),
        description,
        dnnl.DNNL_ARG_DIFF_DST,
        plan.as(plan.gradient(op.output()), description.diff_dst_desc()),
        dnnl.DNNL_ARG_WEIGHTS,
        plan.weight(op.weight(), OneDnn.parameters(kernel), description.weights_desc()),
        dnnl.DNNL_ARG_DIFF_SRC,
        gradient);
    plan.addGradient(op.input(), gradient);
  }
}
