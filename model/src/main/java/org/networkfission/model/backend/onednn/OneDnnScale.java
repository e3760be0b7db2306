package org.networkfission.model.backend.onednn;

import org.bytedeco.dnnl.eltwise_forward;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.pooling_forward;
import org.networkfission.model.backend.onednn.memory.OneDnn;
import org.networkfission.model.op.Op;

/**
 * Features times a factor per image and channel in oneDNN, image by image: it is slow at factors
 * that differ between images, and at sums over pixels, which are means times the number of pixels
 * here.
 */
final class OneDnnScale extends OneDnnKernel {
  private final Op.Scale op;
  private memory features;
  private memory factors;

  OneDnnScale(Op.Scale op) {
    this.op = op;
  }

  @Override
  void forward(OneDnnPlan plan) {
    // Channels side by side: what scales each channel is fast there, and images lie one after the
    // other.
    features = plan.own(plan.value(op.features()), plan.interleaved(op.features()));
    factors = plan.own(plan.value(op.factors()), plan.plain(op.factors()));
    memory scaled = plan.allocate(features.get_desc());
    scale(plan, features, scaled);
    plan.value(op.output(), scaled);
  }

  private void scale(OneDnnPlan plan, memory from, memory to) {
    memory.desc image = OneDnn.interleaved(1, op.features());
    memory.desc factor = OneDnn.plain(1, op.factors());
    for (int i = 0; i < plan.batch(); i++) {
      plan.binary(
          dnnl.dnnl_binary_mul,
          "scale",
          plan.image(from, image, i),
          plan.image(factors, factor, i),
          plan.image(to, image, i));
    }
  }

  @Override
  void backward(OneDnnPlan plan) {
    memory outputGradient = plan.own(plan.gradient(op.output()), features.get_desc());
    memory ofFeatures = plan.allocate(features.get_desc());
    scale(plan, outputGradient, ofFeatures);
    plan.addGradient(op.features(), ofFeatures);
    memory products = plan.allocate(features.get_desc());
    plan.binary(dnnl.dnnl_binary_mul, "scale", outputGradient, features, products);
    plan.addGradient(op.factors(), sums(plan, products));
  }

  /** The sums over all pixels of each channel. */
  private memory sums(OneDnnPlan plan, memory products) {
    long[] whole = {op.features().height(), op.features().width()};
    pooling_forward.primitive_desc pooling =
        new pooling_forward.primitive_desc(
            new pooling_forward.desc(
                dnnl.dnnl_forward_inference,
                dnnl.dnnl_pooling_avg_include_padding,
                products.get_desc(),
                plan.any(op.factors()),
                whole,
                whole,
                new long[2],
                new long[2]),
            OneDnn.attributes(),
            OneDnn.engine());
    memory means = plan.allocate(pooling.dst_desc());
    plan.add(
        "scale",
        new pooling_forward(pooling),
        pooling,
        dnnl.DNNL_ARG_SRC,
        products,
        dnnl.DNNL_ARG_DST,
        means);
    eltwise_forward.primitive_desc times =
        new eltwise_forward.primitive_desc(
            new eltwise_forward.desc(
                dnnl.dnnl_forward_inference,
                dnnl.dnnl_eltwise_linear,
                means.get_desc(),
                (float) whole[0] * whole[1],
                0),
            OneDnn.attributes(),
            OneDnn.engine());
    memory sums = plan.allocate(times.dst_desc());
    plan.add(
        "scale",
        new eltwise_forward(times),
        times,
        dnnl.DNNL_ARG_SRC,
        means,
        dnnl.DNNL_ARG_DST,
        sums);
    return sums;
  }
}
