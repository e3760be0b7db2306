package org.networkfission.prep.normals.trial;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.networkfission.prep.frame.DepthMap;
import org.networkfission.prep.normals.NormalEstimator;
import org.networkfission.prep.normals.NormalMode;
import org.networkfission.prep.normals.NormalSettings;
import org.networkfission.prep.normals.trial.TrialScene.View;

/** Both modes against exact normals, side by side, per scene and variant of it. */
public final class AccuracyTable {
  private static final double HOLE_SHARE = 0.12;
  private static final long SEED = 1;

  private final int width;
  private final NormalSettings settings;
  private final List<Row> rows = new ArrayList<>();

  /** What is done to a scene's depth. */
  public enum Variant {
    CLEAN,
    HOLES,
    NOISE,
    NOISE_AND_HOLES;

    /** The scene's depth as a sensor with these faults measures it. */
    public DepthMap of(DepthMap depth) {
      SensorNoise sensor = new SensorNoise(SEED);
      DepthMap measured = this == NOISE || this == NOISE_AND_HOLES ? sensor.noisy(depth) : depth;
      return this == HOLES || this == NOISE_AND_HOLES
          ? sensor.withHoles(measured, HOLE_SHARE)
          : measured;
    }

    /** The name in tables. */
    public String label() {
      return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
  }

  /** One scene and variant, measured. */
  public record Row(TrialScene scene, Variant variant, Accuracy reference, Accuracy accurate) {}

  /**
   * Measures all scenes.
   *
   * @param width of the images; their height is three quarters of it
   * @param settings of both modes, whatever their own mode
   */
  public AccuracyTable(int width, NormalSettings settings) {
    this.width = width;
    this.settings = settings;
    NormalEstimator reference = new NormalEstimator(settings.withMode(NormalMode.REFERENCE));
    NormalEstimator accurate = new NormalEstimator(settings.withMode(NormalMode.ACCURATE));
    for (TrialScene scene : TrialScene.values()) {
      View view = scene.render(width);
      for (Variant variant : Variant.values()) {
        DepthMap depth = variant.of(view.depth());
        rows.add(
            new Row(
                scene, variant, measure(reference, view, depth), measure(accurate, view, depth)));
      }
    }
  }

  private static Accuracy measure(NormalEstimator estimator, View view, DepthMap depth) {
    return Accuracy.of(
        estimator.estimate(depth, view.labels(), view.intrinsics()), view.normals(), depth);
  }

  public List<Row> rows() {
    return List.copyOf(rows);
  }

  /** Prints the table and the means per kind of scene as Markdown. */
  public void print(PrintWriter out) {
    out.printf(
        Locale.ROOT,
        "%d x %d pixels, smoothing %d, planar threshold %s rad; mean degrees / %% < 11.25 / %% < 30 / %% covered%n%n",
        width,
        width * 3 / 4,
        settings.smoothing(),
        settings.planarThreshold());
    out.println("| Scene | Variant | reference | accurate |");
    out.println("|---|---|---|---|");
    for (Row row : rows) {
      out.printf(
          "| %s | %s | %s | %s |%n",
          row.scene().label(),
          row.variant().label(),
          cells(row.reference()),
          cells(row.accurate()));
    }
    for (TrialScene.Kind kind : TrialScene.Kind.values()) {
      for (Variant variant : Variant.values()) {
        List<Row> group =
            rows.stream()
                .filter(row -> row.scene().kind() == kind && row.variant() == variant)
                .toList();
        out.printf(
            "| **mean, %s** | %s | %s | %s |%n",
            kind.name().toLowerCase(Locale.ROOT),
            variant.label(),
            cells(mean(group.stream().map(Row::reference).toList())),
            cells(mean(group.stream().map(Row::accurate).toList())));
      }
    }
  }

  private static Accuracy mean(List<Accuracy> all) {
    return new Accuracy(
        all.stream().mapToDouble(Accuracy::meanDegrees).average().orElseThrow(),
        all.stream().mapToDouble(Accuracy::within11).average().orElseThrow(),
        all.stream().mapToDouble(Accuracy::within30).average().orElseThrow(),
        all.stream().mapToDouble(Accuracy::coverage).average().orElseThrow());
  }

  private static String cells(Accuracy a) {
    return String.format(
        Locale.ROOT,
        "%.2f / %.1f / %.1f / %.1f",
        a.meanDegrees(),
        100 * a.within11(),
        100 * a.within30(),
        100 * a.coverage());
  }
}
