package org.networkfission.model.backend.onednn;

import org.bytedeco.dnnl.memory;
import org.networkfission.model.backend.onednn.memory.OneDnn;
import org.networkfission.model.op.FeatureMap;
import org.networkfission.model.op.Op;

/** Feature maps one after the other along the channels in oneDNN, each copied to its place. */
final class OneDnnConcat extends OneDnnKernel {
  private final Op.Concat op;

  OneDnnConcat(Op.Concat op) {
    this.op = op;
  }

  @Override
  void forward(OneDnnPlan plan) {
    memory.desc whole = layout(plan);
    memory output = plan.allocate(whole);
    long from = 0;
    for (FeatureMap input : op.inputs()) {
      plan.copy("concat", plan.value(input), plan.channels(output, input, from));
      from += input.channels();
    }
    plan.value(op.output(), output);
  }

  @Override
  void backward(OneDnnPlan plan) {
    memory.desc whole = layout(plan);
    memory outputGradient = plan.own(plan.gradient(op.output()), whole);
    long from = 0;
    for (FeatureMap input : op.inputs()) {
      memory gradient = plan.allocate(plan.value(input).get_desc());
      plan.copy("concat", plan.channels(outputGradient, input, from), gradient);
      plan.addGradient(input, gradient);
      from += input.channels();
    }
  }

  /** Blocks of channels where every part begins with a block and the first is laid out so. */
  private memory.desc layout(OneDnnPlan plan) {
    long[] dims = plan.dims(op.output());
    FeatureMap first = op.inputs().get(0);
    boolean blocks = !plan.value(first).get_desc().equals(plan.interleaved(first));
    int from = 0;
    for (FeatureMap input : op.inputs()) {
      blocks &= OneDnn.startsBlock(dims[1], from);
      from += input.channels();
    }
    return blocks ? plan.blocked(op.output()) : plan.interleaved(op.output());
  }
}
