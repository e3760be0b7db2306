package org.networkfission.model.layer;

import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;

/** Features times a factor per image and channel in oneDNN. */
final class OneDnnScale extends OneDnnKernel {
  private final Op.Scale op;
  private memory features;
  private memory factors;

  OneDnnScale(Op.Scale op) {
    this.op = op;
  }

  @Override
  void forward(OneDnnPlan plan) {
    features = plan.value(op.features());
    factors = plan.as(plan.value(op.factors()), OneDnn.plain(plan.dims(op.factors())));
    memory scaled = plan.allocate(features.get_desc());
    plan.binary(dnnl.dnnl_binary_mul, "scale", features, factors, scaled);
    plan.value(op.output(), scaled);
  }

  @Override
  void backward(OneDnnPlan plan) {
    memory outputGradient = plan.as(plan.gradient(op.output()), features.get_desc());
    memory ofFeatures = plan.allocate(features.get_desc());
    plan.binary(dnnl.dnnl_binary_mul, "scale", outputGradient, factors, ofFeatures);
    plan.addGradient(op.features(), ofFeatures);
    memory products = plan.allocate(features.get_desc());
    plan.binary(dnnl.dnnl_binary_mul, "scale", outputGradient, features, products);
    memory ofFactors = plan.allocate(OneDnn.plain(plan.dims(op.factors())));
    plan.reduce("scale", products, ofFactors);
    plan.addGradient(op.factors(), ofFactors);
  }
}
