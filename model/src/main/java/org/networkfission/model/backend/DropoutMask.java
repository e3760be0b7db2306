package org.networkfission.model.backend;

import java.nio.FloatBuffer;
import java.util.stream.LongStream;
import org.networkfission.model.op.Hash;
import org.networkfission.model.op.Op;
import org.networkfission.model.parallel.Workers;

/** What dropout multiplies features with: a function of seed, step and the feature's place. */
public final class DropoutMask {
  /** Features that a thread takes at a time. */
  private static final int SHARE = 1 << 14;

  /** Features of one loop, which the JVM turns into vector instructions. */
  private static final int ROW = 256;

  /** 0, 1, 2, ...: what a loop counts in is no vector. */
  private static final long[] PLACES = LongStream.range(0, ROW).toArray();

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
  public void fill(FloatBuffer mask, long step) {
    long stepKey = Hash.mix(key + step);
    int length = mask.remaining();
    FloatBuffer all = mask.slice();
    Workers.forEach(
        (length + SHARE - 1) / SHARE,
        piece -> {
          long[] below = new long[ROW];
          float[] row = new float[ROW];
          for (int at = piece * SHARE; at < Math.min(length, (piece + 1) * SHARE); at += ROW) {
            below(stepKey + at, threshold(), below);
            values(below, kept(), row);
            all.put(at, row, 0, Math.min(ROW, length - at));
          }
        });
  }

  /** 1 where the first half of a number's hash is below the threshold, else 0. */
  private static void below(long first, long threshold, long[] below) {
    for (int i = 0; i < below.length; i++) {
      long hash = Hash.mix(first + PLACES[i]);
      below[i] = ((hash >>> 32) - threshold) >>> 63;
    }
  }

  /** 0 where it is 1, without a branch. */
  private static void values(long[] below, float kept, float[] values) {
    int bits = Float.floatToRawIntBits(kept);
    for (int i = 0; i < values.length; i++) {
      values[i] = Float.intBitsToFloat(bits & ((int) below[i] - 1));
    }
  }
}
