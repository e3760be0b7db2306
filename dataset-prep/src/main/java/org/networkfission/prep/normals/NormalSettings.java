package org.networkfission.prep.normals;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import org.networkfission.prep.settings.Check;

/**
 * How surface normals are computed from depth and labels.
 *
 * @param mode the estimator
 * @param smoothing size in pixels of the window that a normal is fitted to, where no depth step,
 *     label edge, crease or image border is nearer
 * @param inpaintRadius reference mode: distance in pixels within which known depth contributes to a
 *     filled hole
 * @param maxDepthChange a step between neighbours counts as an edge where it exceeds {@code 2 *
 *     maxDepthChange * (z + 1)} metres at depth z
 * @param planarThreshold angle in radians below which neighbours with one flat label are joined to
 *     a surface
 * @param flatLabels ids of the planar labels, in the terms of the label map given with the depth
 * @param maxHoleDistance accurate mode: pixels without depth that lie farther than this many pixels
 *     from a measured one get no normal
 */
public record NormalSettings(
    NormalMode mode,
    int smoothing,
    int inpaintRadius,
    double maxDepthChange,
    double planarThreshold,
    List<Integer> flatLabels,
    int maxHoleDistance)
    implements Serializable {
  static final int MAX_LABEL = 0xFFFF;

  public NormalSettings {
    Objects.requireNonNull(mode, "mode");
    flatLabels = List.copyOf(flatLabels);
    new Check()
        .that("smoothing", smoothing, smoothing >= 3 && smoothing <= 200, "3 to 200 pixels")
        .that(
            "inpaintRadius",
            inpaintRadius,
            inpaintRadius >= 1 && inpaintRadius <= 100,
            "1 to 100 pixels")
        .that(
            "maxDepthChange",
            maxDepthChange,
            maxDepthChange > 0 && maxDepthChange <= 1,
            "above 0 and at most 1")
        .that(
            "planarThreshold",
            planarThreshold,
            planarThreshold > 0 && planarThreshold <= Math.PI / 2,
            "above 0 and at most pi/2 radians")
        .that(
            "flatLabels",
            flatLabels,
            flatLabels.stream().allMatch(id -> id >= 0 && id <= MAX_LABEL),
            "label ids of 0 to " + MAX_LABEL)
        .that(
            "maxHoleDistance",
            maxHoleDistance,
            maxHoleDistance >= 0 && maxHoleDistance <= 100,
            "0 to 100 pixels")
        .done();
  }

  /** Accurate mode with a smoothing and flat labels, everything else as the authors ran it. */
  public static NormalSettings accurate(int smoothing, List<Integer> flatLabels) {
    return new NormalSettings(NormalMode.ACCURATE, smoothing, 5, 0.02, 0.04, flatLabels, 3);
  }

  /** The same settings in another mode. */
  public NormalSettings withMode(NormalMode other) {
    return new NormalSettings(
        other,
        smoothing,
        inpaintRadius,
        maxDepthChange,
        planarThreshold,
        flatLabels,
        maxHoleDistance);
  }

  /** The same settings with another planar threshold in radians. */
  public NormalSettings withPlanarThreshold(double radians) {
    return new NormalSettings(
        mode, smoothing, inpaintRadius, maxDepthChange, radians, flatLabels, maxHoleDistance);
  }
}
