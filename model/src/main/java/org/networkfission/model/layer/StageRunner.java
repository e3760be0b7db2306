package org.networkfission.model.layer;

import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.networkfission.model.network.Compute;

/** What a stage computes with: ND4J's operations, or oneDNN. */
interface StageRunner extends AutoCloseable {
  /**
   * Computes the stage's output.
   *
   * @param inputs [batch, channels, height, width] each; read again by {@link #backward}
   * @param step decides, with the seed, what dropout drops
   * @return valid until the next call
   */
  INDArray forward(INDArray[] inputs, boolean training, long step);

  /**
   * Writes the gradients of the stage's tensors, after {@link #forward} in training.
   *
   * @param outputGradient of the output of {@link #forward}
   * @return the gradient of each input, null for the image
   */
  INDArray[] backward(INDArray outputGradient);

  /** Says where to write gradients: a view per tensor. */
  void gradients(Map<String, INDArray> views);

  /** Batch norms take their statistics over the minibatches of all replicas from now on. */
  void join(Replicas replicas);

  /** Takes the memory that need not outlive a pass from here from now on. */
  void share(Scratch scratch);

  /** Parameters stay as they are from now on, for predictions. */
  void fixParameters();

  @Override
  void close();

  static StageRunner create(
      StageProgram program,
      Compute compute,
      DataType type,
      Map<String, INDArray> parameters,
      long seed,
      LayerClock clock) {
    boolean oneDnn = compute != Compute.ND4J && type == DataType.FLOAT && OneDnn.available();
    if (compute == Compute.ONEDNN && !oneDnn) {
      throw new IllegalArgumentException(
          "Cannot compute with oneDNN: %s (compute = onednn; auto or nd4j compute without it)"
              .formatted(
                  type == DataType.FLOAT
                      ? "it computes on CPUs, with a native library that must be there for the platform"
                      : "it computes in float only"));
    }
    return oneDnn
        ? new OneDnnRunner(program, parameters, seed, clock)
        : new Nd4jRunner(program, type, parameters, seed, clock);
  }
}
