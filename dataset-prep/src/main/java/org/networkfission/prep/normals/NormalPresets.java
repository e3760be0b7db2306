package org.networkfission.prep.normals;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Settings by name. {@code scenenet}, {@code scannet}, {@code nyudv2} and {@code list} (any other
 * data, without flat labels) are this project's own. Those that end in {@code -authors} are what
 * the authors of "Floors are Flat" ran, those that end in {@code -paper} what the paper's
 * supplement prints: the same with a planar threshold of 0.4, which joins floors to walls.
 */
public final class NormalPresets {
  private static final int SYNTHETIC_SMOOTHING = 10;
  private static final int SENSOR_SMOOTHING = 30;
  private static final double PRINTED_THRESHOLD = 0.4;

  /** NYU13 ids: ceiling, floor, table, wall, window. */
  private static final List<Integer> SCENENET_FLAT = List.of(3, 5, 10, 12, 13);

  /** NYU40 ids. */
  private static final List<Integer> SCANNET_FLAT =
      List.of(1, 2, 7, 8, 9, 11, 19, 22, 24, 29, 30, 32);

  /** Of the 894 raw ids. */
  private static final List<Integer> NYUDV2_FLAT =
      List.of(4, 11, 15, 19, 21, 28, 34, 36, 37, 45, 64);

  private static final Map<String, NormalSettings> PRESETS = presets();

  private NormalPresets() {}

  /**
   * The settings of a name.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  public static NormalSettings named(String name) {
    NormalSettings settings = PRESETS.get(name);
    if (settings == null) {
      throw new IllegalArgumentException(
          "Cannot find normal settings %s: known are %s"
              .formatted(name, String.join(", ", PRESETS.keySet())));
    }
    return settings;
  }

  /** All names, in a fixed order. */
  public static List<String> names() {
    return List.copyOf(PRESETS.keySet());
  }

  private static Map<String, NormalSettings> presets() {
    Map<String, NormalSettings> presets = new LinkedHashMap<>();
    presets.put("scenenet", NormalSettings.accurate(SYNTHETIC_SMOOTHING, SCENENET_FLAT));
    presets.put("scannet", NormalSettings.accurate(SENSOR_SMOOTHING, SCANNET_FLAT));
    presets.put("nyudv2", NormalSettings.accurate(SENSOR_SMOOTHING, NYUDV2_FLAT));
    presets.put("list", NormalSettings.accurate(SENSOR_SMOOTHING, List.of()));
    // The authors gave no flat labels for SceneNet.
    putOriginals(presets, "scenenet", NormalSettings.accurate(SYNTHETIC_SMOOTHING, List.of()));
    putOriginals(presets, "scannet", presets.get("scannet"));
    putOriginals(presets, "nyudv2", presets.get("nyudv2"));
    return presets;
  }

  private static void putOriginals(
      Map<String, NormalSettings> presets, String name, NormalSettings settings) {
    NormalSettings authors = settings.withMode(NormalMode.REFERENCE);
    presets.put(name + "-authors", authors);
    presets.put(name + "-paper", authors.withPlanarThreshold(PRINTED_THRESHOLD));
  }
}
