package org.networkfission.model.statistics;

import java.io.Serializable;

/**
 * What must be known of a set of pixels for the metrics of one task. Adding is exact: neither order
 * nor grouping changes any bit of the result.
 *
 * @param <S> the type itself
 */
public interface Statistics<S extends Statistics<S>> extends Serializable {
  /** Adds those of other pixels, as if they had been seen {@code times} times. */
  void add(S other, int times);

  /** The number of valid pixels; 0 where the truth has nothing to say of the task. */
  long pixels();

  /** Statistics of no pixels, of the same shape. */
  S empty();
}
