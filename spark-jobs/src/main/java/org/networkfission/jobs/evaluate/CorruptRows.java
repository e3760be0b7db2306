package org.networkfission.jobs.evaluate;

import java.io.Serializable;
import java.util.List;
import java.util.TreeSet;

/** Counts rows that cannot be read, and names the first of them in the order of their names. */
final class CorruptRows implements Serializable {
  private static final long serialVersionUID = 1;
  private static final int NAMED = 20;

  private final TreeSet<String> names = new TreeSet<>();
  private long rows;

  void add(long count, String name) {
    rows += count;
    names.add(name);
    if (names.size() > NAMED) {
      names.pollLast();
    }
  }

  void add(CorruptRows other) {
    rows += other.rows;
    other.names.forEach(name -> add(0, name));
  }

  long rows() {
    return rows;
  }

  List<String> names() {
    return List.copyOf(names);
  }
}
