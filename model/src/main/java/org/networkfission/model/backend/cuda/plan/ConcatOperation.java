package org.networkfission.model.backend.cuda.plan;

import org.networkfission.model.backend.cuda.memory.Place;
import org.networkfission.model.op.FeatureMap;
import org.networkfission.model.op.Op;

/** Feature maps one after the other along the channels. */
final class ConcatOperation extends Operation {
  private final Op.Concat op;

  ConcatOperation(Op.Concat op) {
    this.op = op;
  }

  @Override
  Op op() {
    return op;
  }

  @Override
  void forward(PlanBuilder plan) {
    Place output = plan.allocate(op.output());
    int at = 0;
    for (FeatureMap input : op.inputs()) {
      int channels = input.channels();
      int n = plan.count(input);
      plan.wide(
          "concat",
          "copyChannels",
          op.output(),
          n,
          plan.value(input),
          channels,
          0,
          channels,
          n,
          op.output().channels(),
          at,
          output);
      at += channels;
    }
    plan.value(op.output(), output);
  }

  @Override
  void backward(PlanBuilder plan) {
    Place outputGradient = plan.flowing(op.output());
    int from = 0;
    for (FeatureMap input : op.inputs()) {
      int channels = input.channels();
      int n = plan.count(input);
      Place gradient = plan.allocate(input);
      plan.wide(
          "concat",
          "copyChannels",
          op.output(),
          n,
          outputGradient,
          op.output().channels(),
          from,
          channels,
          n,
          channels,
          0,
          gradient);
      plan.flow(input, gradient, true);
      from += channels;
    }
  }
}
