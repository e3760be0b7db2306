package org.networkfission.model.backend.host;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.networkfission.model.backend.FlatParameters;
import org.networkfission.model.backend.FlatVector;
import org.networkfission.model.network.ParameterRange;
import org.networkfission.model.network.ParameterRange.Kind;
import org.networkfission.model.op.DataType;
import org.networkfission.model.optimizer.Adam;
import org.networkfission.model.optimizer.Adam.Moments;
import org.networkfission.model.optimizer.AdamSettings;

/** Parameters and gradient in this machine's memory, live, and Adam on the processor. */
public final class HostParameters implements FlatParameters {
  private final HostVector parameters;
  private final HostVector gradient;
  private final List<ParameterRange> ranges;

  /** Those of frozen tensors: asked for after each stage, when all ranges have left the caches. */
  private List<ParameterRange> frozen;

  /**
   * Makes vectors of zeros.
   *
   * @param ranges where each tensor lies, in order, without gaps
   */
  public HostParameters(List<ParameterRange> ranges, DataType type) {
    this.ranges = new ArrayList<>(ranges);
    this.frozen = frozenRanges();
    int length = ranges.stream().mapToInt(ParameterRange::length).reduce(0, Math::addExact);
    this.parameters = new HostVector(type, length);
    this.gradient = new HostVector(type, length);
  }

  @Override
  public FlatVector parameters() {
    return parameters;
  }

  @Override
  public FlatVector gradient() {
    return gradient;
  }

  @Override
  public List<ParameterRange> ranges() {
    return List.copyOf(ranges);
  }

  @Override
  public void freeze(List<String> tensors) {
    ranges.replaceAll(r -> tensors.contains(r.name()) ? r.frozen() : r);
    frozen = frozenRanges();
  }

  private List<ParameterRange> frozenRanges() {
    return ranges.stream().filter(r -> r.kind() == Kind.FROZEN).toList();
  }

  /** Makes the gradients of frozen tensors of a part zero. */
  void clearFrozen(int from, int to) {
    for (ParameterRange r : frozen) {
      if (r.offset() >= from && r.offset() < to) {
        gradient.part(r.offset(), r.length()).assign(0);
      }
    }
  }

  @Override
  public List<String> notFinite() {
    gradient.fetch(0, gradient.length());
    FloatBuffer values = gradient.memory().asFloatBuffer();
    return FiniteValues.in(values, 0, gradient.length())
        ? List.of()
        : ranges.stream()
            .filter(r -> !FiniteValues.in(values, r.offset(), r.length()))
            .map(ParameterRange::name)
            .toList();
  }

  @Override
  public RangeOptimizer adam(AdamSettings settings, Moments moments) {
    Adam adam = new Adam(settings, ranges(), moments);
    int from = moments.from();
    int length = moments.to() - from;
    FloatBuffer own = parameters.memory().asFloatBuffer().slice(from, length);
    FloatBuffer ownGradient = gradient.memory().asFloatBuffer().slice(from, length);
    return new RangeOptimizer() {
      @Override
      public double squaredNorm() {
        gradient.fetch(from, length);
        return adam.squaredNorm(ownGradient);
      }

      @Override
      public void update(double gradientFactor, double rate, long step) {
        adam.update(own, ownGradient, gradientFactor, rate, step);
        parameters.store(from, length);
      }

      @Override
      public Moments moments() {
        return adam.moments();
      }
    };
  }
}
