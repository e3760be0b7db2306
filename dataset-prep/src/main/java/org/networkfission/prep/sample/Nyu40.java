package org.networkfission.prep.sample;

import java.util.Map;
import org.networkfission.prep.sample.room.Thing;

/** The NYU40 class of each kind of thing that stands in the rooms. */
final class Nyu40 {
  private static final int OTHER_STRUCTURE = 38;
  private static final int OTHER_PROP = 40;
  private static final Map<String, Integer> CLASSES =
      Map.ofEntries(
          Map.entry("wall", 1),
          Map.entry("floor", 2),
          Map.entry("cabinet", 3),
          Map.entry("cupboard", 3),
          Map.entry("wardrobe", 3),
          Map.entry("miscbeds", 4),
          Map.entry("chair", 5),
          Map.entry("swivel_chair", 5),
          Map.entry("easy_chair", 5),
          Map.entry("sofa", 6),
          Map.entry("table", 7),
          Map.entry("coffee_table", 7),
          Map.entry("door", 8),
          Map.entry("doorframe", 8),
          Map.entry("pane", 9),
          Map.entry("window_frame", 9),
          Map.entry("windowsill", 9),
          Map.entry("bookshelf", 10),
          Map.entry("painting", 11),
          Map.entry("counter", 12),
          Map.entry("blind", 13),
          Map.entry("desk", 14),
          Map.entry("curtain", 16),
          Map.entry("dresser", 17),
          Map.entry("pillow", 18),
          Map.entry("mirror", 19),
          Map.entry("rug", 20),
          Map.entry("ceiling", 22),
          Map.entry("beam", OTHER_STRUCTURE),
          Map.entry("book", 23),
          Map.entry("electric_refrigerator", 24),
          Map.entry("television", 25),
          Map.entry("monitor", 25),
          Map.entry("towel", 27),
          Map.entry("box", 29),
          Map.entry("toilet", 33),
          Map.entry("sink", 34),
          Map.entry("washbasin", 34),
          Map.entry("lamp", 35),
          Map.entry("floor_lamp", 35),
          Map.entry("table_lamp", 35),
          Map.entry("bathtub", 36));

  private Nyu40() {}

  /** The class of a thing, 1 to 40. */
  static int of(Thing thing) {
    return CLASSES.getOrDefault(thing.english(), OTHER_PROP);
  }
}
