package org.networkfission.model.backend;

import java.nio.FloatBuffer;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A number for every element of every tensor of a network, wherever the back end keeps them. In
 * this machine's memory a part is read into, and written from.
 */
public interface FlatVector {
  /** Number of elements. */
  int length();

  /**
   * Reads a part.
   *
   * @param from its first element
   * @param to as many elements as it has remaining
   */
  void read(int from, FloatBuffer to);

  /** Reads a part into an array of its own. */
  default float[] read(int from, int count) {
    float[] values = new float[count];
    read(from, FloatBuffer.wrap(values));
    return values;
  }

  /**
   * Writes a part.
   *
   * @param from its first element
   * @param values as many elements as it has remaining
   */
  void write(int from, FloatBuffer values);

  /** Writes a part. */
  default void write(int from, float[] values) {
    write(from, FloatBuffer.wrap(values));
  }

  /**
   * The vector itself, [n], where it lies in this machine's memory: what is written there is in the
   * vector.
   */
  Optional<INDArray> live();
}
