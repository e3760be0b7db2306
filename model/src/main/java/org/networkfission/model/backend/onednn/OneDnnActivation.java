package org.networkfission.model.backend.onednn;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.eltwise_backward;
import org.bytedeco.dnnl.eltwise_forward;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.networkfission.model.backend.onednn.memory.OneDnn;
import org.networkfission.model.op.Op;

/** An activation in oneDNN: one element-wise primitive after the other. */
final class OneDnnActivation extends OneDnnKernel {
  private final Op.Activation op;
  private final List<Function> functions;
  private final List<memory> sources = new ArrayList<>();
  private final List<eltwise_forward.primitive_desc> forward = new ArrayList<>();

  /** A function of oneDNN with its two numbers. */
  private record Function(int algorithm, float alpha, float beta) {}

  OneDnnActivation(Op.Activation op) {
    this.op = op;
    this.functions =
        switch (op.function()) {
          case NONE -> List.of();
          case RELU -> List.of(new Function(dnnl.dnnl_eltwise_relu, 0, 0));
          case RELU6 -> List.of(new Function(dnnl.dnnl_eltwise_clip, 0, 6));
          // This version has no hard sigmoid.
          case HARD_SIGMOID ->
              List.of(
                  new Function(dnnl.dnnl_eltwise_linear, 1 / 6f, 0.5f),
                  new Function(dnnl.dnnl_eltwise_clip, 0, 1));
          case HARD_SWISH -> List.of(new Function(dnnl.dnnl_eltwise_hardswish, 0, 0));
        };
  }

  @Override
  void forward(OneDnnPlan plan) {
    sources.clear();
    forward.clear();
    memory x = plan.value(op.input());
    for (Function function : functions) {
      eltwise_forward.primitive_desc description =
          new eltwise_forward.primitive_desc(
              new eltwise_forward.desc(
                  plan.training() ? dnnl.dnnl_forward_training : dnnl.dnnl_forward_inference,
                  function.algorithm(),
                  x.get_desc(),
                  function.alpha(),
                  function.beta()),
              OneDnn.attributes(),
              OneDnn.engine());
      memory y = plan.allocate(description.dst_desc());
      plan.add(
          label(),
          new eltwise_forward(description),
          description,
          dnnl.DNNL_ARG_SRC,
          x,
          dnnl.DNNL_ARG_DST,
          y);
      sources.add(x);
      forward.add(description);
      x = y;
    }
    plan.value(op.output(), x);
  }

  @Override
  void backward(OneDnnPlan plan) {
    memory gradient = plan.gradient(op.output());
    for (int i = functions.size() - 1; i >= 0; i--) {
      memory source = sources.get(i);
      memory outputGradient = plan.as(gradient, source.get_desc());
      Function function = functions.get(i);
      eltwise_backward.primitive_desc description =
          new eltwise_backward.primitive_desc(
              new eltwise_backward.desc(
                  function.algorithm(),
                  outputGradient.get_desc(),
                  source.get_desc(),
                  function.alpha(),
                  function.beta()),
              OneDnn.attributes(),
              OneDnn.engine(),
              forward.get(i));
      gradient = plan.allocate(description.diff_src_desc());
      plan.add(
          label(),
          new eltwise_backward(description),
          description,
          dnnl.DNNL_ARG_SRC,
          source,
          dnnl.DNNL_ARG_DIFF_DST,
          outputGradient,
          dnnl.DNNL_ARG_DIFF_SRC,
          gradient);
    }
    plan.addGradient(op.input(), gradient);
  }

  private String label() {
    return op.function().label();
  }
}
