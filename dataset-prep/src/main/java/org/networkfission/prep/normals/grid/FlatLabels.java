package org.networkfission.prep.normals.grid;

import java.util.BitSet;
import java.util.List;

/** The set of planar labels, by unsigned 16-bit id. */
public final class FlatLabels {
  private final BitSet flat = new BitSet();

  public FlatLabels(List<Integer> ids) {
    ids.forEach(flat::set);
  }

  public boolean contains(short id) {
    return flat.get(Short.toUnsignedInt(id));
  }

  boolean isEmpty() {
    return flat.isEmpty();
  }
}
