package org.networkfission.model.backend;

import org.networkfission.model.op.Hash;
import org.networkfission.model.op.Op;
import org.networkfission.model.parallel.Workers;

/** What dropout multiplies features with: a function of seed, step and the feature's place. */
public final class DropoutMask {
  /** Features that a thread takes at a time. */
  private static final int SHARE = 1 << 14;

  private final long key;
  private final double rate;

  /** The mask of an operation. */
  public DropoutMask(Op.Dropout op, long seed) {
    this.key = Hash.mix(seed ^ Hash.of(op.output().name()));
    this.rate = op.rate();
  }

  /** What tells its numbers from another operation's. */
  public long key() {
    return key;
  }

  /** A feature is dropped where 32 bits of its number are below. */
  public long threshold() {
    return (long) (rate * (1L << 32));
  }

  /** What a feature that stays is multiplied with. */
  public float kept() {
    return (float) (1 / (1 - rate));
  }

  /** Fills the mask of a batch, row-major: 0, or 1 / (1 - rate). */
  public void fill(float[] mask, long step) {
    long stepKey = Hash.mix(key + step);
    long threshold = threshold();
    float kept = kept();
    Workers.forEach(
        (mask.length + SHARE - 1) / SHARE,
        piece -> {
          for (int i = piece * SHARE; i < Math.min(mask.length, (piece + 1) * SHARE); i++) {
            mask[i] = (Hash.mix(stepKey + i) >>> 32) < threshold ? 0 : kept;
          }
        });
  }
}
