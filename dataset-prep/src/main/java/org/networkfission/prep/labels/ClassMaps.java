package org.networkfission.prep.labels;

import java.awt.Color;
import java.util.ArrayList;
import java.util.List;
import org.networkfission.prep.settings.Check;

/**
 * The class maps that come with the product:
 *
 * <ul>
 *   <li>{@code nyu13}: 13 classes, from any label space;
 *   <li>{@code nyu40}: 40 classes, from NYU40 or NYU894 ids;
 *   <li>{@code scannet20-official}: ScanNet's 20 benchmark classes, everything else void; from
 *       NYU40 or NYU894 ids;
 *   <li>{@code scannet20-paper}: the same 20, with 11 more NYU40 classes mapped into them, as the
 *       paper trained.
 * </ul>
 */
public final class ClassMaps {
  private static final List<String> NAMES =
      List.of("nyu13", "nyu40", "scannet20-official", "scannet20-paper");

  private static final double GOLDEN = 0.618033988749895;

  private ClassMaps() {}

  /** The names of all class maps. */
  public static List<String> names() {
    return NAMES;
  }

  /**
   * The map {@code nyu13} from NYU13 ids, and every other from NYU40 ids.
   *
   * @throws org.networkfission.prep.settings.InvalidSettings if there is no such map
   */
  public static ClassMap named(String name) {
    return named(name, name.equals("nyu13") ? LabelSpace.NYU13 : LabelSpace.NYU40);
  }

  /**
   * A map from the ids of a label space.
   *
   * @throws org.networkfission.prep.settings.InvalidSettings if there is no such map, or none from
   *     those ids
   */
  public static ClassMap named(String name, LabelSpace from) {
    new Check()
        .that("classMap", name, NAMES.contains(name), "one of " + String.join(", ", NAMES))
        .that(
            "classMap",
            name,
            from != LabelSpace.NYU13 || name.equals("nyu13"),
            "nyu13 where the labels of the data set are NYU13 ids")
        .done();
    List<String> names = new ArrayList<>();
    List<Integer> palette = new ArrayList<>();
    switch (name) {
      case "nyu13" -> classes("nyu13_classes.csv", "name_nyuv2_meta", names, palette);
      case "nyu40" -> classes("nyu40_classes.csv", "name", names, palette);
      default -> {
        names.add("void");
        palette.add(0);
        classes("scannet20_classes.csv", "name", names, palette);
      }
    }
    return new ClassMap(name, names, palette, classOfId(name, from));
  }

  /**
   * A map of classes of which nobody knows more than how many they are: they are named by their
   * numbers, and have colours that differ.
   */
  public static ClassMap numbered(String name, int classes) {
    List<String> names = new ArrayList<>(List.of("void"));
    List<Integer> palette = new ArrayList<>(List.of(0));
    for (int c = 1; c < classes; c++) {
      names.add("class " + c);
      // Steps of the golden ratio around the circle of hues: neighbours are far apart.
      palette.add(
          Color.HSBtoRGB((float) (c * GOLDEN % 1), 0.65f, c % 2 == 0 ? 0.95f : 0.75f) & 0xffffff);
    }
    short[] same = new short[classes];
    for (short id = 0; id < classes; id++) {
      same[id] = id;
    }
    return new ClassMap(name, names, palette, same);
  }

  /**
   * The classes of a network, from what is stored beside it.
   *
   * @param classes how many there are, void included
   * @param names of them; where there are not so many, those of the shipped map of that name count,
   *     or their numbers
   * @param palette a colour of each, 0xRRGGBB; the same holds
   */
  public static ClassMap learned(
      String name, int classes, List<String> names, List<Integer> palette) {
    boolean shipped = NAMES.contains(name) && named(name).size() == classes;
    ClassMap known = shipped ? named(name) : numbered(name, classes);
    return new ClassMap(
        name,
        names.size() == classes ? names : known.classNames(),
        palette.size() == classes ? palette : known.palette(),
        known.classOfId);
  }

  private static void classes(
      String resource, String nameColumn, List<String> names, List<Integer> palette) {
    Table table = Table.read(resource);
    for (int row = 0; row < table.rows(); row++) {
      names.add(table.text(row, nameColumn));
      palette.add(table.color(row));
    }
  }

  private static short[] classOfId(String name, LabelSpace from) {
    short[] classOfId = new short[from.size()];
    if (from == LabelSpace.NYU13) {
      for (short id = 0; id < classOfId.length; id++) {
        classOfId[id] = id;
      }
      return classOfId;
    }
    short[] classOfNyu40 = new short[LabelSpace.NYU40.size()];
    Table nyu40 = Table.read("nyu40_classes.csv");
    String column =
        switch (name) {
          case "nyu13" -> "nyu13_id";
          case "nyu40" -> "nyu40_id";
          case "scannet20-official" -> "scannet20_official_trainid_1based";
          default -> "paper20_id";
        };
    for (int row = 0; row < nyu40.rows(); row++) {
      classOfNyu40[nyu40.number(row, "nyu40_id")] = (short) nyu40.number(row, column);
    }
    if (from == LabelSpace.NYU40) {
      return classOfNyu40;
    }
    Table nyu894 = Table.read("nyu894_classes.csv");
    for (int row = 0; row < nyu894.rows(); row++) {
      classOfId[nyu894.number(row, "id")] = classOfNyu40[nyu894.number(row, "nyu40_id")];
    }
    return classOfId;
  }
}
