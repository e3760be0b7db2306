package org.networkfission.model.backend;

/**
 * Slices of the flat vectors on their way between the replicas' devices, past this machine's
 * memory. All replicas call the same in the same order. The bits are those of an exchange through
 * this machine's memory.
 */
public interface DeviceExchange {
  /** What carries the slices, with its version. */
  String library();

  /**
   * The own slice of the gradient becomes the mean over the replicas: floats, summed in the order
   * of ranks, times one over the number of replicas.
   *
   * @throws java.io.UncheckedIOException if another replica or the way to it is lost; the exchange
   *     is of no use any more
   */
  void averageGradient();

  /**
   * Every slice of the parameters becomes what its replica holds there.
   *
   * @throws java.io.UncheckedIOException as {@link #averageGradient} does
   */
  void gatherParameters();

  /** Bytes that this replica sent to others so far. */
  long bytesSent();
}
