package org.networkfission.model.layer;

import org.bytedeco.dnnl.batch_normalization_backward;
import org.bytedeco.dnnl.batch_normalization_forward;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Batch normalisation with its ReLU in oneDNN. */
final class OneDnnNormalisation extends OneDnnKernel {
  private final Op.Normalisation op;
  private final float epsilon;
  private int flags;
  private memory source;
  private memory mean;
  private memory variance;
  private memory workspace;
  private batch_normalization_forward.primitive_desc forward;

  OneDnnNormalisation(Op.Normalisation op) {
    this.op = op;
    this.epsilon = (float) op.epsilon();
  }

  @Override
  void forward(OneDnnPlan plan) {
    source = plan.features(op.input());
    boolean batchStatistics = op.statistics() && plan.training();
    flags = dnnl.dnnl_use_scale | dnnl.dnnl_use_shift;
    flags |= op.relu() ? dnnl.dnnl_fuse_norm_relu : 0;
    flags |= batchStatistics ? 0 : dnnl.dnnl_use_global_stats;
    forward =
        new batch_normalization_forward.primitive_desc(
            new batch_normalization_forward.desc(
                plan.training() ? dnnl.dnnl_forward_training : dnnl.dnnl_forward_inference,
                source.get_desc(),
                epsilon,
                flags),
            OneDnn.attributes(),
            OneDnn.engine());
    statistics(plan, batchStatistics);
    memory output = plan.allocate(forward.dst_desc());
    boolean remember = plan.training() && op.relu();
    workspace = remember ? plan.allocate(forward.workspace_desc()) : null;
    Object[] arguments = {
      dnnl.DNNL_ARG_SRC,
      source,
      dnnl.DNNL_ARG_SCALE,
      plan.wrap(channels(), plan.tensors().parameter(op.gamma())),
      dnnl.DNNL_ARG_SHIFT,
      plan.wrap(channels(), plan.tensors().parameter(op.beta())),
      dnnl.DNNL_ARG_MEAN,
      mean,
      dnnl.DNNL_ARG_VARIANCE,
      variance,
      dnnl.DNNL_ARG_DST,
      output,
      dnnl.DNNL_ARG_WORKSPACE,
      workspace
    };
    plan.add(
        label(),
        new batch_normalization_forward(forward),
        forward,
        remember ? arguments : java.util.Arrays.copyOf(arguments, arguments.length - 2));
    plan.value(op.output(), output);
  }

  private void statistics(OneDnnPlan plan, boolean ofBatch) {
    if (ofBatch) {
      mean = plan.allocate(channels());
      variance = plan.allocate(channels());
    } else if (op.statistics()) {
      mean = plan.wrap(channels(), plan.tensors().parameter(op.mean()));
      variance = plan.wrap(channels(), plan.tensors().parameter(op.variance()));
    } else {
      // Mean 0 and a deviation of exactly 1 leave only the scale and the shift.
      mean = plan.allocate(channels());
      variance = plan.allocate(channels());
      values(variance).put(ones());
    }
  }

  private float[] ones() {
    float[] ones = new float[op.input().channels()];
    java.util.Arrays.fill(ones, 1 - epsilon);
    return ones;
  }

  @Override
  void backward(OneDnnPlan plan) {
    memory outputGradient = plan.as(plan.gradient(op.output()), source.get_desc());
    batch_normalization_backward.primitive_desc description =
        new batch_normalization_backward.primitive_desc(
            new batch_normalization_backward.desc(
                dnnl.dnnl_backward, outputGradient.get_desc(), source.get_desc(), epsilon, flags),
            OneDnn.attributes(),
            OneDnn.engine(),
            forward);
    memory gradient = plan.allocate(description.diff_src_desc());
    Object[] arguments = {
      dnnl.DNNL_ARG_SRC,
      source,
      dnnl.DNNL_ARG_SCALE,
      plan.wrap(channels(), plan.tensors().parameter(op.gamma())),
      // This version asks for it, though no gradient depends on it.
      dnnl.DNNL_ARG_SHIFT,
      plan.wrap(channels(), plan.tensors().parameter(op.beta())),
      dnnl.DNNL_ARG_MEAN,
      mean,
      dnnl.DNNL_ARG_VARIANCE,
      variance,
      dnnl.DNNL_ARG_DIFF_DST,
      outputGradient,
      dnnl.DNNL_ARG_DIFF_SRC,
      gradient,
      dnnl.DNNL_ARG_DIFF_SCALE,
      plan.wrap(channels(), plan.tensors().gradient(op.gamma())),
      dnnl.DNNL_ARG_DIFF_SHIFT,
      plan.wrap(channels(), plan.tensors().gradient(op.beta())),
      dnnl.DNNL_ARG_WORKSPACE,
      workspace
    };
    plan.add(
        label(),
        new batch_normalization_backward(description),
        description,
        op.relu() ? arguments : java.util.Arrays.copyOf(arguments, arguments.length - 2));
    plan.addGradient(op.input(), gradient);
    if (op.statistics()) {
      plan.add("running statistics", () -> statisticsStep(plan.tensors()));
    }
  }

  private void statisticsStep(Tensors tensors) {
    step(tensors.parameter(op.mean()), mean, tensors.gradient(op.mean()));
    step(tensors.parameter(op.variance()), variance, tensors.gradient(op.variance()));
  }

  /** The running statistics' pseudo-gradient: old - new. */
  private void step(INDArray running, memory ofBatch, INDArray gradient) {
    int channels = op.input().channels();
    float[] old = new float[channels];
    float[] now = new float[channels];
    new FloatPointer(OneDnn.pointer(running)).get(old);
    values(ofBatch).get(now);
    float share = (float) (1 - op.decay());
    for (int c = 0; c < channels; c++) {
      now[c] = (old[c] - now[c]) * share;
    }
    new FloatPointer(OneDnn.pointer(gradient)).put(now);
  }

  private static FloatPointer values(memory place) {
    return new FloatPointer(place.get_data_handle());
  }

  private memory.desc channels() {
    return OneDnn.plain(op.input().channels());
  }

  private String label() {
    return op.relu() ? "batch norm and ReLU" : "batch norm";
  }
}
