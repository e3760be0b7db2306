package org.networkfission.prep.labels;

import java.util.ArrayList;
import java.util.List;

/** The 894 raw labels of NYUDv2. */
public final class NyuDv2Labels {
  private NyuDv2Labels() {}

  /** The published names, by id; that of id 0 is {@code unlabeled}. */
  public static List<String> names() {
    Table table = Table.read("nyu894_classes.csv");
    List<String> names = new ArrayList<>();
    for (int row = 0; row < table.rows(); row++) {
      if (table.number(row, "id") != row) {
        throw new IllegalStateException(
            "Cannot use the table of NYUDv2's labels: row %d has another id".formatted(row));
      }
      names.add(table.text(row, "name"));
    }
    return names;
  }
}
