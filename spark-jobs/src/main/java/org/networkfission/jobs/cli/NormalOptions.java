package org.networkfission.jobs.cli;

import java.util.List;
import java.util.Locale;
import org.networkfission.jobs.normals.NormalsJob;
import org.networkfission.prep.frame.Intrinsics;
import org.networkfission.prep.labels.ClassMap;
import org.networkfission.prep.labels.ClassMaps;
import org.networkfission.prep.normals.NormalMode;
import org.networkfission.prep.normals.NormalPresets;
import org.networkfission.prep.normals.NormalSettings;
import org.networkfission.prep.normals.RawFrame.DepthKind;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options that say what a raw frame holds and how its normals are computed. */
final class NormalOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--intrinsics",
      split = ",",
      paramLabel = "fx,fy,cx,cy",
      description = "The camera in pixels; pixel centres at integers (at halves for ray depth).")
  private List<Double> intrinsics;

  @Option(
      names = "--depth-scale",
      defaultValue = "1000",
      description = "Units of the depth file per metre (default: ${DEFAULT-VALUE}).")
  private double depthScale;

  @Option(
      names = "--depth-kind",
      defaultValue = "z",
      paramLabel = "z|ray",
      description = "Distance along the optical axis or along the ray (default: ${DEFAULT-VALUE}).")
  private String depthKind;

  @Option(
      names = "--preset",
      description =
          "Start from the settings of this name: scenenet, scannet, nyudv2, or one of these with"
              + " -authors or -paper.")
  private String preset;

  @Option(names = "--flat-labels", split = ",", description = "Ids of planar labels.")
  private List<Integer> flatLabels;

  @Option(names = "--mode", paramLabel = "accurate|reference", description = "The estimator.")
  private String mode;

  @Option(names = "--smoothing", description = "Size of the window in pixels.")
  private Integer smoothing;

  @Option(names = "--planar-threshold", description = "Angle in radians.")
  private Double planarThreshold;

  @Option(names = "--max-depth-change", description = "See prepare.normals.max-depth-change.")
  private Double maxDepthChange;

  @Option(names = "--inpaint-radius", description = "See prepare.normals.inpaint-radius.")
  private Integer inpaintRadius;

  @Option(names = "--max-hole-distance", description = "See prepare.normals.max-hole-distance.")
  private Integer maxHoleDistance;

  @Option(names = "--class-map", description = "Refuse labels that this class map does not know.")
  private String classMap;

  /** The preset, or accurate mode with a window of 10 pixels, with the options over it. */
  NormalSettings settings() {
    NormalSettings base = preset == null ? NormalSettings.accurate(10, List.of()) : preset();
    return new NormalSettings(
        mode == null ? base.mode() : option("--mode", NormalMode.class, mode),
        smoothing == null ? base.smoothing() : smoothing,
        inpaintRadius == null ? base.inpaintRadius() : inpaintRadius,
        maxDepthChange == null ? base.maxDepthChange() : maxDepthChange,
        planarThreshold == null ? base.planarThreshold() : planarThreshold,
        flatLabels == null ? base.flatLabels() : flatLabels,
        maxHoleDistance == null ? base.maxHoleDistance() : maxHoleDistance);
  }

  /** The job that reads and computes raw frames. */
  NormalsJob job() {
    if (!(depthScale > 0 && depthScale < Double.POSITIVE_INFINITY)) {
      throw usage("--depth-scale is %s: must be positive".formatted(depthScale));
    }
    ClassMap classes = classMap == null ? null : ClassMaps.named(classMap);
    return new NormalsJob(
        settings(),
        camera(),
        depthScale,
        option("--depth-kind", DepthKind.class, depthKind),
        classes);
  }

  private Intrinsics camera() {
    if (intrinsics == null || intrinsics.size() != 4) {
      throw usage("--intrinsics must be given as fx,fy,cx,cy");
    }
    try {
      Intrinsics camera =
          new Intrinsics(
              intrinsics.get(0), intrinsics.get(1), intrinsics.get(2), intrinsics.get(3));
      camera.requireSquarePixels();
      return camera;
    } catch (IllegalArgumentException e) {
      throw usage(e.getMessage());
    }
  }

  private NormalSettings preset() {
    try {
      return NormalPresets.named(preset);
    } catch (IllegalArgumentException e) {
      throw usage(e.getMessage());
    }
  }

  private <E extends Enum<E>> E option(String name, Class<E> type, String value) {
    try {
      return Enum.valueOf(type, value.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw usage(
          "%s is %s: must be one of %s"
              .formatted(name, value, List.of(type.getEnumConstants()))
              .toLowerCase(Locale.ROOT));
    }
  }

  ParameterException usage(String message) {
    CommandLine command = spec.commandLine();
    return new ParameterException(command, message);
  }
}
