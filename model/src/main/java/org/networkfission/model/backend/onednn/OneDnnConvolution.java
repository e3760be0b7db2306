package org.networkfission.model.backend.onednn;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.bytedeco.dnnl.convolution_backward_data;
import org.bytedeco.dnnl.convolution_backward_weights;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive_attr;
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
 * 1e-6. The library does so in float32 only, which is faster than bfloat16's products one by one
 * where there are many channels, so that features in bfloat16 become float32 for it.
 */
final class OneDnnConvolution extends OneDnnKernel {
  /** With fewer channels what tiles cost is more than what they save. */
  private static final int WINOGRAD_CHANNELS = 64;

  /** The same where the other way is bfloat16. */
  private static final int WINOGRAD_CHANNELS_BFLOAT16 = 128;

  /**
   * With fewer pixels in a minibatch, bringing kernels into tiles in each pass costs more than
   * bfloat16's products.
   */
  private static final int WINOGRAD_PIXELS_BFLOAT16 = 1024;

  private final Op.Convolution op;

  /** What it does itself to what it makes; null where it does not. */
  private final Op.Bias bias;

  /** The ReLU or the addition behind that, and the kernel that does it where it cannot itself. */
  private final Op last;

  private final OneDnnKernel then;
  private final String label;
  private final long[] strides;
  private final long[] dilations;
  private final long[] before;
  private final long[] after;
  private final long[] kernel;

  /** What it multiplies in, product by product: bfloat16 where what it reads or makes is. */
  private final DataType type;

  /**
   * A way to compute it.
   *
   * @param type of what it reads and makes
   */
  private record Way(int algorithm, DataType type) {
    boolean mayBeAbsent() {
      return algorithm == dnnl.dnnl_convolution_winograd;
    }
  }

  private convolution_forward.primitive_desc forward;

  OneDnnConvolution(Op.Convolution op) {
    this(op, null, null, null);
  }

  /**
   * A convolution that does what is right behind it, for predictions.
   *
   * @param bias null where there is none
   * @param last a ReLU or an addition; null where there is none
   * @param kinds makes the kernel of that where the library cannot do it within the convolution
   */
  OneDnnConvolution(Op.Convolution op, Op.Bias bias, Op last, OneDnnKernels kinds) {
    this.op = op;
    this.bias = bias;
    this.last = last;
    this.then = last == null ? null : last.accept(kinds);
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
    forward = describe(plan, null, OneDnn.attributes(), false);
    memory addend = last instanceof Op.Add add ? plan.value(other(add)) : null;
    boolean whole = last != null && takes(plan, addend);
    boolean onto = whole && addend != null;
    memory output = onto ? addend : plan.allocate(forward.dst_desc());
    List<Object> arguments =
        new ArrayList<>(
            List.of(
                dnnl.DNNL_ARG_SRC,
                plan.as(plan.value(op.input()), forward.src_desc()),
                dnnl.DNNL_ARG_WEIGHTS,
                plan.weights().of(op.weight(), OneDnn.parameters(kernel), forward.weights_desc()),
                dnnl.DNNL_ARG_DST,
                output));
    if (bias != null) {
      arguments.add(dnnl.DNNL_ARG_BIAS);
      arguments.add(plan.wrap(forward.bias_desc(), plan.tensors().parameter(bias.bias())));
    }
    plan.add(label, new convolution_forward(forward), forward, arguments.toArray());
    if (onto) {
      plan.overwritten(addend);
    }
    plan.value(whole ? last.output() : made(), onto ? output : rounded(plan, output));
    if (last != null && !whole) {
      then.forward(plan);
    }
  }

  /** What was made, in bfloat16 where that is asked for, in the layout that others like. */
  private memory rounded(OneDnnPlan plan, memory output) {
    memory.desc asked = plan.training() ? plan.blocked(op.output()) : plan.interleaved(op.output());
    return OneDnn.sameType(output.get_desc(), asked) ? output : plan.as(output, asked);
  }

  /**
   * Lets the primitive do what is behind it, if it is computed the same way then: not every way
   * can.
   *
   * @param addend to what it adds what it makes, in place; null where a ReLU is behind it
   */
  private boolean takes(OneDnnPlan plan, memory addend) {
    convolution_forward.primitive_desc whole =
        addend == null
            ? describe(plan, null, OneDnn.withRelu(), true)
            : describe(plan, addend.get_desc(), OneDnn.adding(), true);
    boolean same =
        whole.asBoolean()
            && whole.impl_info_str().getString().equals(forward.impl_info_str().getString());
    forward = same ? whole : forward;
    return same;
  }

  private FeatureMap made() {
    return bias != null ? bias.output() : op.output();
  }

  private FeatureMap other(Op.Add add) {
    return add.left().name().equals(made().name()) ? add.right() : add.left();
  }

  /**
   * Describes the forward primitive.
   *
   * @param made null for the layout that the primitive chooses
   */
  private convolution_forward.primitive_desc describe(
      OneDnnPlan plan, memory.desc made, primitive_attr attributes, boolean mayBeAbsent) {
    return choose(
        plan,
        way ->
            new convolution_forward.primitive_desc(
                description(plan, way, made == null ? plan.any(output(way)) : made),
                attributes,
                OneDnn.engine(),
                mayBeAbsent || way.mayBeAbsent()));
  }

  /** Products of bfloat16 may be summed up into float32, and float32 is rounded afterwards. */
  private FeatureMap output(Way way) {
    return way.type() == type ? op.output() : op.output().as(way.type());
  }

  private convolution_forward.desc description(OneDnnPlan plan, Way way, memory.desc made) {
    int kind = plan.training() ? dnnl.dnnl_forward_training : dnnl.dnnl_forward_inference;
    memory.desc source = plan.any(op.input().as(way.type()));
    memory.desc weights = OneDnn.any(way.type(), kernel);
    return bias == null
        ? new convolution_forward.desc(
            kind, way.algorithm(), source, weights, made, strides, dilations, before, after)
        : new convolution_forward.desc(
            kind,
            way.algorithm(),
            source,
            weights,
            OneDnn.parameters(op.output().channels()),
            made,
            strides,
            dilations,
            before,
            after);
  }

  /** The primitive by the plan's algorithm, or directly where the library has none by that. */
  private <D extends primitive_desc_base> D choose(OneDnnPlan plan, Function<Way, D> by) {
    if (plan.convolution() == ConvolutionAlgorithm.WINOGRAD && suitsWinograd(plan)) {
      D description = by.apply(new Way(dnnl.dnnl_convolution_winograd, DataType.FLOAT32));
      if (description.asBoolean()) {
        return description;
      }
    }
    return by.apply(new Way(dnnl.dnnl_convolution_direct, type));
  }

  private boolean suitsWinograd(OneDnnPlan plan) {
    boolean half = type == DataType.BFLOAT16;
    long pixels = (long) plan.batch() * op.output().height() * op.output().width();
    return op.kernel() == 3
        && op.stride() == 1
        && op.dilation() == 1
        && !op.depthwise()
        && Math.min(op.input().channels(), op.output().channels())
            >= (half ? WINOGRAD_CHANNELS_BFLOAT16 : WINOGRAD_CHANNELS)
        && (!half || plan.folded() || pixels >= WINOGRAD_PIXELS_BFLOAT16);
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
            way ->
                new convolution_backward_weights.primitive_desc(
                    new convolution_backward_weights.desc(
                        way.algorithm(),
                        plan.any(op.input().as(way.type())),
                        OneDnn.any(way.type().parameters(), kernel),
                        plan.any(op.output().as(way.type())),
                        strides,
                        dilations,
                        before,
                        after),
                    OneDnn.attributes(),
                    OneDnn.engine(),
                    forward,
                    way.mayBeAbsent()));
    plan.weights()
        .gradient(
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
            way ->
                new convolution_backward_data.primitive_desc(
                    new convolution_backward_data.desc(
                        way.algorithm(),
                        plan.any(way.type() == type ? op.input() : op.input().as(way.type())),
                        OneDnn.any(way.type(), kernel),
                        plan.any(op.output().as(way.type())),
                        strides,
                        dilations,
                        before,
                        after),
                    OneDnn.attributes(),
                    OneDnn.engine(),
                    forward,
                    way.mayBeAbsent()));
    memory gradient = plan.allocate(description.diff_src_desc());
    plan.add(
        label + " data",
        new convolution_backward_data(description),
        description,
        dnnl.DNNL_ARG_DIFF_DST,
        plan.as(plan.gradient(op.output()), description.diff_dst_desc()),
        dnnl.DNNL_ARG_WEIGHTS,
        plan.weights().of(op.weight(), OneDnn.parameters(kernel), description.weights_desc()),
        dnnl.DNNL_ARG_DIFF_SRC,
        gradient);
    plan.addGradient(op.input(), gradient);
  }
}
