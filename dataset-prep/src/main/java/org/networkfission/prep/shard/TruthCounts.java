package org.networkfission.prep.shard;

import java.io.Serializable;
import org.networkfission.prep.frame.TruthKind;

/** A number for each kind of truth: of frames, or of pixels. */
public record TruthCounts(long depth, long labels, long normals) implements Serializable {
  /** Nothing of any. */
  public static final TruthCounts NONE = new TruthCounts(0, 0, 0);

  /** The number of one kind. */
  public long of(TruthKind truth) {
    return switch (truth) {
      case DEPTH -> depth;
      case LABELS -> labels;
      case NORMALS -> normals;
    };
  }

  /** Both together. */
  public TruthCounts plus(TruthCounts other) {
    return new TruthCounts(depth + other.depth, labels + other.labels, normals + other.normals);
  }
}
