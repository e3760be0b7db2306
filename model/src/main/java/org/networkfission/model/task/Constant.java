package org.networkfission.model.task;

import java.io.Serializable;
import java.util.Optional;
import org.networkfission.model.statistics.Counts;
import org.networkfission.prep.frame.LabeledImage;

/**
 * Finds the best prediction that does not look at the image: what any network must beat. Fitted on
 * training frames, for the task's first metric. Parts that saw different frames merge exactly.
 *
 * @param <P> what is predicted for one image
 */
public abstract class Constant<P> implements Serializable {
  private static final long serialVersionUID = 1;

  private final long[] counts;

  /**
   * @param values how many values a pixel may have
   */
  Constant(int values) {
    counts = new long[values];
  }

  /** Adds a training frame. */
  public abstract void add(LabeledImage image);

  /** Counts a pixel. */
  final void count(int value) {
    counts[value]++;
  }

  /** Adds what another part saw. */
  public final void add(Constant<?> other) {
    Counts.add(counts, other.counts, 1);
  }

  /** How often each value was seen. */
  final long[] counts() {
    return counts;
  }

  /** The constant prediction, for an image of some size; empty where no frame shows the task. */
  public abstract Optional<P> prediction(int width, int height);
}
