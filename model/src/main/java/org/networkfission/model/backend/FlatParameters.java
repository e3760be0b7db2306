package org.networkfission.model.backend;

import java.util.List;
import java.util.Optional;
import org.networkfission.model.network.ParameterRange;
import org.networkfission.model.optimizer.Adam.Moments;
import org.networkfission.model.optimizer.AdamSettings;

/**
 * The parameters of a network and their gradient as flat vectors, and the optimizer's arithmetic on
 * them, wherever they lie: what a parameter server serves.
 */
public interface FlatParameters {
  /** All parameters, running statistics included. */
  FlatVector parameters();

  /**
   * The gradient of the mean over the last minibatch. In the ranges of running statistics it holds
   * old minus new: new = old - gradient.
   */
  FlatVector gradient();

  /** Where each tensor lies in the flat vectors, in order. */
  List<ParameterRange> ranges();

  /** Keeps tensors as they are from now on: their gradients are zero. */
  void freeze(List<String> tensors);

  /** The tensors whose part of {@link #gradient} holds a value that is not finite. */
  List<String> notFinite();

  /**
   * Adam over a range of the flat vectors, where they lie.
   *
   * @param moments of the range, which they name; the optimizer's from now on
   */
  RangeOptimizer adam(AdamSettings settings, Moments moments);

  /**
   * Joins the devices of all replicas, of which each serves a slice. All call it; until the engine
   * is closed.
   *
   * @return empty where the vectors lie in this machine's memory
   * @throws RuntimeException if the devices cannot be joined
   */
  default Optional<DeviceExchange> exchange(DeviceGroup group) {
    return Optional.empty();
  }

  /** Updates a range of the parameters by that range of {@link #gradient}. */
  interface RangeOptimizer {
    /**
     * The sum of squares of the range's gradient: its part of the global norm. Not finite exactly
     * where an element is not.
     */
    double squaredNorm();

    /**
     * Takes one step.
     *
     * @param gradientFactor what gradients are multiplied by first, for clipping
     * @param rate learning rate
     * @param step counts from 0 since the moments were zero
     */
    void update(double gradientFactor, double rate, long step);

    /** What the optimizer remembers, in this machine's memory. */
    Moments moments();
  }
}
