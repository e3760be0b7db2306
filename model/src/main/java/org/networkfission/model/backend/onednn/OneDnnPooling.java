package org.networkfission.model.backend.onednn;

import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.pooling_backward;
import org.bytedeco.dnnl.pooling_forward;
import org.networkfission.model.backend.onednn.memory.OneDnn;
import org.networkfission.model.op.FeatureMap;
import org.networkfission.model.op.Op;

/** Maximum and mean over windows in oneDNN. */
final class OneDnnPooling extends OneDnnKernel {
  private final Op op;
  private final int algorithm;
  private final String label;
  private final long[] strides;
  private final long[] window;
  private final long[] after;
  private memory source;
  private memory workspace;
  private pooling_forward.primitive_desc forward;

  private OneDnnPooling(
      Op op, int algorithm, String label, long[] strides, long[] window, long[] after) {
    this.op = op;
    this.algorithm = algorithm;
    this.label = label;
    this.strides = strides;
    this.window = window;
    this.after = after;
  }

  /** 3x3 at stride 2; sizes are even, so SAME padding is one pixel right and below. */
  static OneDnnPooling max(Op.MaxPool op) {
    return new OneDnnPooling(
        op,
        dnnl.dnnl_pooling_max,
        "max pool",
        new long[] {2, 2},
        new long[] {3, 3},
        new long[] {1, 1});
  }

  static OneDnnPooling mean(Op.GlobalAveragePool op) {
    long[] whole = {op.input().height(), op.input().width()};
    return new OneDnnPooling(
        op, dnnl.dnnl_pooling_avg_include_padding, "global mean", whole, whole, new long[2]);
  }

  @Override
  void forward(OneDnnPlan plan) {
    FeatureMap input = op.inputs().get(0);
    source = plan.features(input);
    forward =
        new pooling_forward.primitive_desc(
            new pooling_forward.desc(
                plan.training() ? dnnl.dnnl_forward_training : dnnl.dnnl_forward_inference,
                algorithm,
                source.get_desc(),
                plan.any(op.output()),
                strides,
                window,
                new long[2],
                after),
            OneDnn.attributes(),
            OneDnn.engine());
    memory output = plan.allocate(forward.dst_desc());
    boolean remember = plan.training() && algorithm == dnnl.dnnl_pooling_max;
    workspace = remember ? plan.allocate(forward.workspace_desc()) : null;
    Object[] arguments = {
      dnnl.DNNL_ARG_SRC, source, dnnl.DNNL_ARG_DST, output, dnnl.DNNL_ARG_WORKSPACE, workspace
    };
    plan.add(
        label,
        new pooling_forward(forward),
        forward,
        remember ? arguments : java.util.Arrays.copyOf(arguments, arguments.length - 2));
    plan.value(op.output(), output);
  }

  @Override
  void backward(OneDnnPlan plan) {
    memory outputGradient = plan.as(plan.gradient(op.output()), forward.dst_desc());
    pooling_backward.primitive_desc description =
        new pooling_backward.primitive_desc(
            new pooling_backward.desc(
                algorithm,
                source.get_desc(),
                outputGradient.get_desc(),
                strides,
                window,
                new long[2],
                after),
            OneDnn.attributes(),
            OneDnn.engine(),
            forward);
    memory gradient = plan.allocate(description.diff_src_desc());
    Object[] arguments = {
      dnnl.DNNL_ARG_DIFF_DST,
      outputGradient,
      dnnl.DNNL_ARG_DIFF_SRC,
      gradient,
      dnnl.DNNL_ARG_WORKSPACE,
      workspace
    };
    plan.add(
        label,
        new pooling_backward(description),
        description,
        workspace != null ? arguments : java.util.Arrays.copyOf(arguments, arguments.length - 2));
    plan.addGradient(op.inputs().get(0), gradient);
  }
}
