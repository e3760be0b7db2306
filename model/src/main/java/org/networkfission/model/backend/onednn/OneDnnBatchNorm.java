package org.networkfission.model.backend.onednn;

import java.util.Optional;
import org.bytedeco.dnnl.batch_normalization_backward;
import org.bytedeco.dnnl.batch_normalization_forward;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.networkfission.model.backend.JointStatistics;
import org.networkfission.model.backend.Replicas;
import org.networkfission.model.backend.Tensors;
import org.networkfission.model.backend.onednn.memory.OneDnn;
import org.networkfission.model.op.Op;

/** Batch normalisation with its ReLU in oneDNN. */
final class OneDnnBatchNorm extends OneDnnKernel {
  private final Op.BatchNorm op;
  private final float epsilon;
  private int flags;
  private memory source;
  private memory mean;
  private memory variance;
  private memory workspace;
  private memory output;
  private Optional<Replicas> joint = Optional.empty();
  private batch_normalization_forward.primitive_desc forward;

  OneDnnBatchNorm(Op.BatchNorm op) {
    this.op = op;
    this.epsilon = (float) op.epsilon();
  }

  @Override
  void forward(OneDnnPlan plan) {
    source = plan.features(op.input());
    boolean batchStatistics = op.statistics() && plan.training();
    flags = dnnl.dnnl_use_scale | dnnl.dnnl_use_shift;
    flags |= op.relu() ? dnnl.dnnl_fuse_norm_relu : 0;
    joint = batchStatistics ? plan.replicas() : Optional.empty();
    // Joint statistics are made before, so that to the primitive they are given.
    flags |= batchStatistics && joint.isEmpty() ? 0 : dnnl.dnnl_use_global_stats;
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
    output = plan.allocate(forward.dst_desc());
    joint.ifPresent(replicas -> addJointStatistics(plan, replicas));
    normalise(plan);
  }

  /** The statistics are there: joint ones stay as they are, others come out the same. */
  @Override
  void repeat(OneDnnPlan plan) {
    source = plan.features(op.input());
    output = plan.allocate(forward.dst_desc());
    normalise(plan);
  }

  private void normalise(OneDnnPlan plan) {
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

  /** Computes the minibatch's own statistics, for which the output is only a place, and joins. */
  private void addJointStatistics(OneDnnPlan plan, Replicas replicas) {
    batch_normalization_forward.primitive_desc own =
        new batch_normalization_forward.primitive_desc(
            new batch_normalization_forward.desc(
                dnnl.dnnl_forward_training, source.get_desc(), epsilon, 0),
            OneDnn.attributes(),
            OneDnn.engine());
    plan.add(
        "own statistics",
        new batch_normalization_forward(own),
        own,
        dnnl.DNNL_ARG_SRC,
        source,
        dnnl.DNNL_ARG_MEAN,
        mean,
        dnnl.DNNL_ARG_VARIANCE,
        variance,
        dnnl.DNNL_ARG_DST,
        output);
    plan.add("joint statistics", () -> join(replicas));
  }

  private void join(Replicas replicas) {
    double[] means = doubles(values(mean));
    double[] variances = doubles(values(variance));
    JointStatistics.join(replicas, means, variances);
    values(mean).put(floats(means));
    values(variance).put(floats(variances));
  }

  private void statistics(OneDnnPlan plan, boolean ofBatch) {
    if (ofBatch) {
      mean = plan.keep(channels());
      variance = plan.keep(channels());
    } else if (op.statistics()) {
      mean = plan.wrap(channels(), plan.tensors().parameter(op.mean()));
      variance = plan.wrap(channels(), plan.tensors().parameter(op.variance()));
    } else {
      // Mean 0 and a deviation of exactly 1 leave only the scale and the shift.
      mean = plan.keep(channels());
      variance = plan.keep(channels());
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
    joint.ifPresent(replicas -> addJointGradient(plan, replicas, gradient));
    plan.addGradient(op.input(), gradient);
    if (op.statistics()) {
      plan.add("running statistics", () -> statisticsStep(plan.tensors()));
    }
  }

  /**
   * With given statistics the primitive's gradient lacks what flows through them: per channel a
   * shift and a multiple of the normalised input. That is a batch norm of the input again; its
   * place is the output's, which nothing reads any more.
   */
  private void addJointGradient(OneDnnPlan plan, Replicas replicas, memory gradient) {
    memory scale = plan.keep(channels());
    memory shift = plan.keep(channels());
    long pixels = (long) plan.batch() * op.input().height() * op.input().width();
    plan.add("joint gradients", () -> flow(replicas, plan.tensors(), pixels, scale, shift));
    batch_normalization_forward.primitive_desc description =
        new batch_normalization_forward.primitive_desc(
            new batch_normalization_forward.desc(
                dnnl.dnnl_forward_inference,
                source.get_desc(),
                epsilon,
                dnnl.dnnl_use_scale | dnnl.dnnl_use_shift | dnnl.dnnl_use_global_stats),
            OneDnn.attributes(),
            OneDnn.engine());
    plan.add(
        label(),
        new batch_normalization_forward(description),
        description,
        dnnl.DNNL_ARG_SRC,
        source,
        dnnl.DNNL_ARG_SCALE,
        scale,
        dnnl.DNNL_ARG_SHIFT,
        shift,
        dnnl.DNNL_ARG_MEAN,
        mean,
        dnnl.DNNL_ARG_VARIANCE,
        variance,
        dnnl.DNNL_ARG_DST,
        output);
    memory flowing = output;
    if (!output.get_desc().equals(gradient.get_desc())) {
      flowing = plan.allocate(gradient.get_desc());
      plan.copy("reorder", output, flowing);
    }
    plan.sum(gradient, flowing, gradient);
  }

  /** Computes scale and shift of the gradient that flows through the statistics. */
  private void flow(Replicas replicas, Tensors tensors, long pixels, memory scale, memory shift) {
    int channels = op.input().channels();
    double[] own = new double[2 * channels];
    float[] gamma = floats(tensors.parameter(op.gamma()));
    float[] gammaGradient = floats(tensors.gradient(op.gamma()));
    float[] betaGradient = floats(tensors.gradient(op.beta()));
    for (int c = 0; c < channels; c++) {
      own[c] = gammaGradient[c];
      own[channels + c] = betaGradient[c];
    }
    JointStatistics.mean(replicas, own);
    double[] variances = doubles(values(variance));
    float[] scales = new float[channels];
    float[] shifts = new float[channels];
    for (int c = 0; c < channels; c++) {
      double factor = -gamma[c] / Math.sqrt(variances[c] + op.epsilon()) / pixels;
      scales[c] = (float) (factor * own[c]);
      shifts[c] = (float) (factor * own[channels + c]);
    }
    values(scale).put(scales);
    values(shift).put(shifts);
  }

  private float[] floats(INDArray vector) {
    float[] values = new float[op.input().channels()];
    new FloatPointer(OneDnn.pointer(vector)).get(values);
    return values;
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  private double[] doubles(FloatPointer values) {
    float[] floats = new float[op.input().channels()];
    values.get(floats);
    double[] doubles = new double[floats.length];
    for (int i = 0; i < floats.length; i++) {
      doubles[i] = floats[i];
    }
    return doubles;
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
    return OneDnn.parameters(op.input().channels());
  }

  private String label() {
    return op.relu() ? "batch norm and ReLU" : "batch norm";
  }
}
