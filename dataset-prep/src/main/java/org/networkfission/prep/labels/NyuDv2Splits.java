package org.networkfission.prep.labels;

import java.util.ArrayList;
import java.util.List;

/** Which images of NYUDv2 are for training and which for testing, as published. */
public final class NyuDv2Splits {
  private NyuDv2Splits() {}

  /**
   * The official division: 795 images {@code train}, 654 {@code test}.
   *
   * @return the split of each image, by its index from 0
   */
  public static List<String> official() {
    return splits("nyuv2_splits.csv");
  }

  /**
   * The division of Gupta and others: the official test set; the official training set in {@code
   * train} and {@code val}.
   *
   * @return the split of each image, by its index from 0
   */
  public static List<String> withValidation() {
    return splits("nyuv2_gupta_train_val.csv");
  }

  private static List<String> splits(String resource) {
    Table table = Table.read(resource);
    List<String> splits = new ArrayList<>();
    for (int row = 0; row < table.rows(); row++) {
      if (table.number(row, "index_1based") != row + 1) {
        throw new IllegalStateException(
            "Cannot use the table %s: row %d has another index".formatted(resource, row + 1));
      }
      splits.add(table.text(row, "split"));
    }
    return splits;
  }
}
