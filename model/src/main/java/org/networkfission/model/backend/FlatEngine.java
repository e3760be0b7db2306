package org.networkfission.model.backend;

import java.util.List;
import java.util.Optional;
import org.networkfission.model.network.ParameterRange;
import org.networkfission.model.optimizer.Adam.Moments;
import org.networkfission.model.optimizer.AdamSettings;

/** An engine whose parameters, gradient and optimizer are those of flat vectors that it holds. */
public abstract class FlatEngine implements Engine {
  private final FlatParameters flat;

  protected FlatEngine(FlatParameters flat) {
    this.flat = flat;
  }

  @Override
  public final FlatVector parameters() {
    return flat.parameters();
  }

  @Override
  public final FlatVector gradient() {
    return flat.gradient();
  }

  @Override
  public final List<ParameterRange> ranges() {
    return flat.ranges();
  }

  @Override
  public final void freeze(List<String> tensors) {
    flat.freeze(tensors);
  }

  @Override
  public final List<String> notFinite() {
    return flat.notFinite();
  }

  @Override
  public final RangeOptimizer adam(AdamSettings settings, Moments moments) {
    return flat.adam(settings, moments);
  }

  @Override
  public final Optional<DeviceExchange> exchange(DeviceGroup group) {
    return flat.exchange(group);
  }
}
