package org.networkfission.prep.labels;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;

/** The NYU13 class of each WordNet id that SceneNet RGB-D uses. */
public final class WordNet {
  private static final int ID_LENGTH = 8;
  private static final Map<String, Integer> CLASSES = classes();

  private WordNet() {}

  /**
   * The NYU13 class of an id.
   *
   * @param id eight digits; leading zeros may be missing, as in the published files
   * @return 1 to 13; empty where the id is unknown
   */
  public static OptionalInt nyu13(String id) {
    Integer found = CLASSES.get(padded(id));
    return found == null ? OptionalInt.empty() : OptionalInt.of(found);
  }

  private static String padded(String id) {
    return "0".repeat(Math.max(0, ID_LENGTH - id.length())) + id;
  }

  private static Map<String, Integer> classes() {
    Table table = Table.read("scenenet_wnid_to_nyu13.csv");
    Map<String, Integer> classes = new HashMap<>();
    for (int row = 0; row < table.rows(); row++) {
      classes.put(padded(table.text(row, "wnid")), table.number(row, "nyu13_id"));
    }
    return classes;
  }
}
