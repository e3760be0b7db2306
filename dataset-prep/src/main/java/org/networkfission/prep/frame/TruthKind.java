package org.networkfission.prep.frame;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** What may be known about the pixels of a photo, each of them or not. */
public enum TruthKind {
  DEPTH,
  LABELS,
  NORMALS;

  /** The name in settings and files, e.g. {@code depth}. */
  @JsonValue
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** All that may be known. */
  public static Set<TruthKind> all() {
    return EnumSet.allOf(TruthKind.class);
  }

  /** Those of which there is a value: an image, or a column of a row; null stands for none. */
  public static Set<TruthKind> of(Object depth, Object labels, Object normals) {
    Set<TruthKind> there = EnumSet.noneOf(TruthKind.class);
    if (depth != null) {
      there.add(DEPTH);
    }
    if (labels != null) {
      there.add(LABELS);
    }
    if (normals != null) {
      there.add(NORMALS);
    }
    return there;
  }
}
