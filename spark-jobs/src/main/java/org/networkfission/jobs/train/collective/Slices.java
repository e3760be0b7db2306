package org.networkfission.jobs.train.collective;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The cut of a flat vector into one slice per replica, as even as can be.
 *
 * @param elements of the vector
 * @param replicas how many slices
 */
public record Slices(int elements, int replicas) {
  public Slices {
    if (replicas < 1 || replicas > elements) {
      throw new IllegalArgumentException(
          "Cannot cut %d elements into %d slices".formatted(elements, replicas));
    }
  }

  /** First element of a slice. */
  public int from(int slice) {
    return (int) ((long) elements * slice / replicas);
  }

  /** One past the last element of a slice. */
  public int to(int slice) {
    return from(slice + 1);
  }

  /** How many elements a slice has. */
  public int length(int slice) {
    return to(slice) - from(slice);
  }

  /** A slice of a vector of floats, as a view. */
  public ByteBuffer of(ByteBuffer vector, int slice) {
    return vector
        .slice(from(slice) * Float.BYTES, length(slice) * Float.BYTES)
        .order(ByteOrder.nativeOrder());
  }
}
