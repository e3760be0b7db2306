package org.networkfission.model.backend.cuda.plan;

import java.nio.ByteBuffer;
import org.networkfission.model.backend.JointStatistics;
import org.networkfission.model.backend.Replicas;
import org.networkfission.model.backend.cuda.memory.Place;
import org.networkfission.model.op.Op;

/** Batch normalisation with its ReLU. */
final class BatchNormOperation extends Operation {
  private static final String LABEL = "batch norm";

  private final Op.BatchNorm op;
  private final int channels;
  private Place mean;
  private Place variance;
  private Place inverse;

  /** Of prediction, where the variance stands for the inverse; else 0. */
  private float epsilon;

  BatchNormOperation(Op.BatchNorm op) {
    this.op = op;
    this.channels = op.input().channels();
  }

  @Override
  Op op() {
    return op;
  }

  @Override
  void forward(PlanBuilder plan) {
    if (op.statistics()) {
      statistics(plan, plan.value(op.input()));
    }
    normalise(plan);
  }

  /** The statistics are still there. */
  @Override
  void repeat(PlanBuilder plan) {
    normalise(plan);
  }

  private void normalise(PlanBuilder plan) {
    int n = plan.count(op.output());
    Place x = plan.value(op.input());
    Place output = plan.allocate(op.output());
    plan.wide(
        LABEL,
        "normalise",
        op.output(),
        n,
        x,
        n,
        channels,
        mean,
        inverse,
        epsilon,
        plan.parameter(op.gamma()),
        plan.parameter(op.beta()),
        op.relu() ? 1 : 0,
        output);
    plan.value(op.output(), output);
  }

  private void statistics(PlanBuilder plan, Place x) {
    if (!plan.training()) {
      mean = plan.parameter(op.mean());
      inverse = plan.parameter(op.variance());
      epsilon = (float) op.epsilon();
      return;
    }
    mean = plan.allocate(channels);
    variance = plan.allocate(channels);
    inverse = plan.allocate(channels);
    boolean own = plan.replicas().isEmpty();
    new ChannelSums(plan, op.input())
        .moments(
            LABEL,
            x,
            (float) op.epsilon(),
            mean,
            variance,
            inverse,
            own ? running(plan) : ChannelSums.Running.NONE);
    if (!own) {
      Replicas replicas = plan.replicas().get();
      exchange(
          plan,
          mean,
          variance,
          (means, variances) -> JointStatistics.join(replicas, means, variances));
      plan.each(
          LABEL, "inverseDeviation", channels, variance, (float) op.epsilon(), channels, inverse);
    }
  }

  private ChannelSums.Running running(PlanBuilder plan) {
    return new ChannelSums.Running(
        plan.parameter(op.mean()),
        plan.parameter(op.variance()),
        (float) (1 - op.decay()),
        plan.gradient(op.mean()),
        plan.gradient(op.variance()));
  }

  /** What becomes of two vectors on this machine. */
  private interface Exchange {
    void run(double[] first, double[] second);
  }

  /** Brings two vectors here, exchanges them with the other replicas', and takes them back. */
  private void exchange(PlanBuilder plan, Place first, Place second, Exchange exchange) {
    PlanBuilder.HostPart a = plan.host(first.bytes());
    PlanBuilder.HostPart b = plan.host(second.bytes());
    plan.add(new Step.Copy(first, a, false));
    plan.add(new Step.Copy(second, b, false));
    plan.add(
        new Step.Host(
            "joint statistics",
            binding -> {
              binding.device().await();
              double[] one = read(binding, a);
              double[] two = read(binding, b);
              exchange.run(one, two);
              write(binding, a, one);
              write(binding, b, two);
            }));
    plan.add(new Step.Copy(first, a, true));
    plan.add(new Step.Copy(second, b, true));
  }

  private double[] read(Binding binding, PlanBuilder.HostPart part) {
    ByteBuffer bytes = binding.pinned().bytes();
    double[] values = new double[channels];
    for (int c = 0; c < channels; c++) {
      values[c] = bytes.getFloat((int) part.from() + c * Float.BYTES);
    }
    return values;
  }

  private static void write(Binding binding, PlanBuilder.HostPart part, double[] values) {
    ByteBuffer bytes = binding.pinned().bytes();
    for (int c = 0; c < values.length; c++) {
      bytes.putFloat((int) part.from() + c * Float.BYTES, (float) values[c]);
    }
  }

  @Override
  void backward(PlanBuilder plan) {
    int n = plan.count(op.input());
    Place x = plan.value(op.input());
    Place outputGradient = plan.flowing(op.output());
    Place beta = plan.gradient(op.beta());
    Place gamma = plan.gradient(op.gamma());
    ChannelSums sums = new ChannelSums(plan, op.input());
    Place scale = plan.parameter(op.gamma());
    Place shift = plan.parameter(op.beta());
    sums.ofGradient(LABEL, x, outputGradient, mean, inverse, scale, shift, op.relu());
    sums.finish(LABEL, beta, gamma);
    if (op.statistics() && plan.replicas().isPresent()) {
      ChannelSums.Running running = running(plan);
      plan.each(
          LABEL,
          "statisticSteps",
          channels,
          running.mean(),
          running.variance(),
          mean,
          variance,
          running.share(),
          channels,
          running.meanStep(),
          running.varianceStep());
    }
    if (!plan.wantsGradient(op.input())) {
      return;
    }
    Place betaSum = beta;
    Place gammaSum = gamma;
    if (op.statistics() && plan.replicas().isPresent()) {
      // Every replica's gradient is that of its own loss, of which the step takes the mean.
      betaSum = plan.allocate(channels);
      gammaSum = plan.allocate(channels);
      sums.finish(LABEL, betaSum, gammaSum);
      Replicas replicas = plan.replicas().get();
      exchange(plan, betaSum, gammaSum, (b, g) -> mean(replicas, b, g));
    }
    Place gradient = plan.allocate(op.input());
    plan.wide(
        LABEL,
        "normaliseGradient",
        op.output(),
        n,
        x,
        outputGradient,
        n,
        channels,
        mean,
        inverse,
        scale,
        shift,
        op.relu() ? 1 : 0,
        betaSum,
        gammaSum,
        (double) plan.rows(op.input()),
        gradient);
    plan.flow(op.input(), gradient, true);
  }

  private static void mean(Replicas replicas, double[] beta, double[] gamma) {
    double[] both = new double[beta.length + gamma.length];
    System.arraycopy(gamma, 0, both, 0, gamma.length);
    System.arraycopy(beta, 0, both, gamma.length, beta.length);
    JointStatistics.mean(replicas, both);
    System.arraycopy(both, 0, gamma, 0, gamma.length);
    System.arraycopy(both, gamma.length, beta, 0, beta.length);
  }
}
