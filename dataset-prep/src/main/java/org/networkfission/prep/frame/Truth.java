package org.networkfission.prep.frame;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** What may be known about the pixels of a photo, each of them or not. */
public enum Truth {
  DEPTH,
  LABELS,
  NORMALS;

  /** The name in settings and files, e.g. {@code depth}. */
  @JsonValue
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** All that may be known. */
  public static Set<Truth> all() {
    return EnumSet.allOf(Truth.class);
  }

  /** Those of which there is a value: an image, or a column of a row; null stands for none. */
  public static Set<Truth> of(Object depth, Object labels, Object normals) {
    Set<Truth> there = EnumSet.noneOf(Truth.class);
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
