package org.networkfission.model.backend;

import java.nio.ByteBuffer;
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

  /** Reads all of it. */
  default float[] read() {
    return read(0, length());
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
   * The vector in this machine's direct memory, floats in native order, the same memory each time:
   * the vector itself, or a copy of it that {@link #fetch} and {@link #store} bring up to date. The
   * vector must outlive it.
   */
  ByteBuffer memory();

  /** Brings a part of {@link #memory} up to date with the vector. */
  void fetch(int from, int count);

  /** Brings a part of the vector up to date with {@link #memory}, which was written to. */
  void store(int from, int count);

  /**
   * The vector itself, [n], where it lies in this machine's memory: what is written there is in the
   * vector.
   */
  Optional<INDArray> live();
}
