package org.networkfission.model.backend;

import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.networkfission.model.input.Batch;
import org.networkfission.model.network.ParameterRange;
import org.networkfission.model.network.StepLosses;
import org.networkfission.model.network.Task;
import org.networkfission.model.optimizer.Adam.Moments;
import org.networkfission.model.optimizer.AdamSettings;

/**
 * A network at work on a back end, which owns its parameters, gradients, activations, losses and
 * the optimizer's arithmetic, wherever they lie. For one thread at a time.
 *
 * <p>Deterministic: the same parameters and batch give the same gradient on the same machine with
 * the same number of threads.
 */
public interface Engine extends AutoCloseable {
  /** All parameters, running statistics included. */
  FlatVector parameters();

  /**
   * The gradient of the last {@link #computeGradient}, of the mean over the batch. In the ranges of
   * running statistics it holds old minus new: new = old - gradient.
   */
  FlatVector gradient();

  /** Where each tensor lies in the flat vectors, in order. */
  List<ParameterRange> ranges();

  /** Keeps tensors as they are from now on: their gradients are zero. */
  void freeze(List<String> tensors);

  /**
   * Computes losses and {@link #gradient} in training mode. Parameters stay as they are.
   *
   * @param batch of the shape that the program says
   * @param step decides, with the program's seed, what dropout drops
   * @throws org.networkfission.prep.frame.InputException if an image holds a value that is not
   *     finite
   */
  default StepLosses computeGradient(Batch batch, long step) {
    return computeGradient(batch, step, Map.of());
  }

  /**
   * Computes losses and {@link #gradient} in training mode. Parameters stay as they are. The same
   * batch and step give the same features whatever the factors, so that a call with 1 for one task
   * and 0 for the others gives that task's own gradient.
   *
   * @param factors what each task's losses are multiplied with besides their weights, in the total
   *     and in the gradient; 1 where a task is not named
   */
  StepLosses computeGradient(Batch batch, long step, Map<Task, Double> factors);

  /**
   * Computes the outputs of all tasks with running statistics.
   *
   * @param images [batch, channels, height, width]
   * @return [batch, channels, height, width] each, as the heads make them; arrays of the caller's
   * @throws org.networkfission.prep.frame.InputException if an image holds a value that is not
   *     finite
   */
  Map<Task, INDArray> predict(INDArray images);

  /** The tensors whose part of {@link #gradient} holds a value that is not finite. */
  List<String> notFinite();

  /**
   * Adam over a range of the flat vectors, where they lie.
   *
   * @param moments of the range, which they name; the optimizer's from now on
   */
  RangeOptimizer adam(AdamSettings settings, Moments moments);

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

  /** Batch norms take their statistics over the minibatches of all replicas from now on. */
  void join(Replicas replicas);

  /** Promises that {@link #parameters} stay as they are from now on. */
  void fixParameters();

  /** Starts measuring the time of each kind of operation. */
  void startClocks();

  /** Seconds by pass and kind of operation since {@link #startClocks}. */
  Map<String, Double> operationSeconds();

  /** Gives memory back. */
  @Override
  void close();
}
