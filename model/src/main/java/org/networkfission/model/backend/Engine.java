package org.networkfission.model.backend;

import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.networkfission.model.input.Batch;
import org.networkfission.model.network.StepLosses;
import org.networkfission.model.network.Task;

/**
 * A network at work on a back end, which owns its parameters, gradients, activations, losses and
 * the optimizer's arithmetic, wherever they lie. For one thread at a time.
 *
 * <p>Deterministic: the same parameters and batch give the same gradient on the same machine with
 * the same number of threads.
 */
public interface Engine extends FlatParameters, AutoCloseable {
  /**
   * Takes what training with minibatches of a size will need, where that is known before.
   *
   * @throws RuntimeException if there is too little, with what is needed and what is there
   */
  default void prepare(int batch) {}

  /**
   * Says which minibatch {@link #computeGradient} will be given after the next one, so that it may
   * be brought to where it is computed with in the meantime.
   *
   * @param batch stays as it is until then; empty where it is not known
   */
  default void expect(Optional<Batch> batch) {}

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
   * Tells, while a gradient is computed, from which element on it is final, so that it can be sent
   * meanwhile: ever lower numbers, at last 0, on the computing thread. An engine that cannot know
   * tells nothing.
   */
  default void watchGradient(IntConsumer finalFrom) {}

  /**
   * Asks, while a forward pass goes on, for the parameters that its next part reads, so that they
   * may arrive meanwhile: those before an element, ever higher numbers up to the last of the pass,
   * on the computing thread.
   *
   * @return whether it will ask; if not, it may read any at any time
   */
  default boolean watchParameters(IntConsumer neededTo) {
    return false;
  }

  /**
   * Computes the outputs of all tasks with running statistics.
   *
   * @param images [batch, channels, height, width]
   * @return [batch, channels, height, width] each, as the heads make them; arrays of the caller's
   * @throws org.networkfission.prep.frame.InputException if an image holds a value that is not
   *     finite
   */
  Map<Task, INDArray> predict(INDArray images);

  /** Batch norms take their statistics over the minibatches of all replicas from now on. */
  void join(Replicas replicas);

  /** Promises that {@link #parameters} stay as they are from now on. */
  void fixParameters();

  /** Starts measuring the time of each kind of operation. */
  void startClocks();

  /** Seconds by pass and kind of operation since {@link #startClocks}. */
  Map<String, Double> operationSeconds();

  /** Bytes that it has taken so far by what holds them, where it knows. */
  default Map<String, Long> heldBytes() {
    return Map.of();
  }

  /** Gives memory back. */
  @Override
  void close();
}
