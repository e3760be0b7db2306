package org.networkfission.model.backend.onednn;

import java.nio.FloatBuffer;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.resampling_backward;
import org.bytedeco.dnnl.resampling_forward;
import org.bytedeco.javacpp.FloatPointer;
import org.networkfission.model.backend.Bilinear;
import org.networkfission.model.backend.onednn.memory.OneDnn;
import org.networkfission.model.op.DataType;
import org.networkfission.model.op.Op;

/**
 * Bilinear upsampling in oneDNN. The library computes a few channels as if they were 16, so floats
 * of those are computed here, row-major, as the network's outputs are asked for.
 */
final class OneDnnUpsampling extends OneDnnKernel {
  private static final String LABEL = "upsampling";

  private final Op.Upsampling op;
  private memory source;
  private resampling_forward.primitive_desc forward;

  OneDnnUpsampling(Op.Upsampling op) {
    this.op = op;
  }

  private boolean hasFewChannels() {
    return op.input().channels() < OneDnn.BLOCK
        && op.input().type() == DataType.FLOAT32
        && op.output().type() == DataType.FLOAT32;
  }

  @Override
  void forward(OneDnnPlan plan) {
    if (hasFewChannels()) {
      Bilinear bilinear = new Bilinear(op, plan.batch());
      memory small = plan.as(plan.value(op.input()), plan.plain(op.input()));
      memory large = plan.allocate(plan.plain(op.output()));
      plan.add(LABEL, () -> bilinear.forward(floats(small), floats(large)), small, large);
      plan.value(op.output(), large);
      return;
    }
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
        LABEL,
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
    if (hasFewChannels()) {
      Bilinear bilinear = new Bilinear(op, plan.batch());
      memory large = plan.as(plan.gradient(op.output()), plan.plain(op.output()));
      memory small = plan.allocate(plan.plain(op.input()));
      plan.add(LABEL, () -> bilinear.backward(floats(large), floats(small)), large, small);
      plan.addGradient(op.input(), small);
      return;
    }
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
        LABEL,
        new resampling_backward(description),
        description,
        dnnl.DNNL_ARG_DIFF_DST,
        outputGradient,
        dnnl.DNNL_ARG_DIFF_SRC,
        gradient);
    plan.addGradient(op.input(), gradient);
  }

  private static FloatBuffer floats(memory place) {
    long length = place.get_desc().get_size() / Float.BYTES;
    return new FloatPointer(place.get_data_handle()).capacity(length).asBuffer();
  }
}
