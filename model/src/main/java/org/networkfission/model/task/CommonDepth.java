package org.networkfission.model.task;

import java.util.Optional;
import java.util.OptionalInt;
import org.networkfission.prep.frame.LabeledImage;

/**
 * The depth with most pixels within a factor of 1.25.
 *
 * @param <P> what is predicted for one image
 */
abstract class CommonDepth<P> extends Constant<P> {
  private static final long serialVersionUID = 1;

  private static final double FACTOR = 1.25;
  private static final int MAX_DEPTH = 0xffff;

  CommonDepth() {
    super(MAX_DEPTH + 1);
  }

  /** An image of one depth in mm. */
  abstract P image(int width, int height, int millimetres);

  @Override
  public void add(LabeledImage image) {
    if (image.depth() == null) {
      return;
    }
    for (float millimetres : image.depth().millimetres()) {
      if (millimetres > 0) {
        count(Math.min(MAX_DEPTH, Math.round(millimetres)));
      }
    }
  }

  @Override
  public Optional<P> prediction(int width, int height) {
    OptionalInt best = best();
    return best.isEmpty() ? Optional.empty() : Optional.of(image(width, height, best.getAsInt()));
  }

  private OptionalInt best() {
    long[] upTo = new long[MAX_DEPTH + 2];
    for (int z = 0; z <= MAX_DEPTH; z++) {
      upTo[z + 1] = upTo[z] + counts()[z];
    }
    int best = 0;
    long most = 0;
    for (int z = 1; z <= MAX_DEPTH; z++) {
      // Strictly between z / 1.25 and 1.25 z.
      int from = (int) Math.floor(z / FACTOR) + 1;
      int to = (int) Math.min(MAX_DEPTH + 1, Math.ceil(z * FACTOR));
      long within = upTo[to] - upTo[Math.min(from, to)];
      if (within > most) {
        most = within;
        best = z;
      }
    }
    return best == 0 ? OptionalInt.empty() : OptionalInt.of(best);
  }
}
