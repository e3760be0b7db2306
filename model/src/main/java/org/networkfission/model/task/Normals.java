package org.networkfission.model.task;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.networkfission.model.loss.Cosine;
import org.networkfission.model.loss.LossOptions;
import org.networkfission.model.loss.PixelLoss;
import org.networkfission.model.loss.Target;
import org.networkfission.model.metric.Metrics;
import org.networkfission.model.parallel.Workers;
import org.networkfission.model.statistics.DistanceCounts;
import org.networkfission.model.statistics.NormalStatistics;
import org.networkfission.model.task.ColumnForms.NormalsColumn;
import org.networkfission.prep.codec.NormalPacking;
import org.networkfission.prep.frame.ColorImage;
import org.networkfission.prep.frame.NormalMap;
import org.networkfission.prep.frame.TruthKind;
import org.networkfission.prep.normals.NormalPicture;

/** A surface normal per pixel: x right, y up, z forward, facing the camera. */
public final class Normals extends TaskDefinition<NormalMap> {
  /** Angles between predicted and true normals. */
  public static final Scoring<NormalMap, NormalStatistics> SCORING = new NormalScoring();

  /** Angles, in degrees, from here on have the error's last colour. */
  private static final double WORST_ANGLE = 60;

  public Normals() {
    super(NormalMap.class, List.of(SCORING));
  }

  @Override
  public int channels(int classes) {
    return 3;
  }

  @Override
  public String meaning() {
    return "unit vectors: x right, y up, z forward; they face the camera (z < 0)";
  }

  @Override
  public boolean unitVectors() {
    return true;
  }

  @Override
  public TruthKind truth() {
    return TruthKind.NORMALS;
  }

  /** A pixel is valid where the truth has a normal, and a depth if it has any. */
  @Override
  public Target target(List<GroundTruth> truths) {
    int pixels = truths.get(0).pixels();
    Target target = Target.empty(truths.size(), 3, pixels);
    Workers.forEach(
        truths.size(),
        image -> {
          GroundTruth truth = truths.get(image);
          target.known()[image] = truth.knows(truth());
          float[] xyz = truth.normals().xyz();
          for (int i = 0; i < pixels; i++) {
            for (int c = 0; c < 3; c++) {
              target.values()[(3 * image + c) * pixels + i] = xyz[3 * i + c];
            }
            target.valid()[image * pixels + i] = truth.hasNormal(i);
          }
        });
    return target;
  }

  @Override
  public PixelLoss loss(LossOptions options) {
    return new Cosine();
  }

  @Override
  public NormalMap prediction(float[] planes, int width, int height) {
    int pixels = width * height;
    float[] xyz = new float[planes.length];
    for (int c = 0; c < 3; c++) {
      for (int i = 0; i < pixels; i++) {
        xyz[3 * i + c] = planes[c * pixels + i];
      }
    }
    return new NormalMap(width, height, xyz);
  }

  @Override
  public NormalMap stack(List<NormalMap> bands) {
    return new NormalMap(
        bands.get(0).width(),
        bands.stream().mapToInt(NormalMap::height).sum(),
        joined(bands.stream().map(NormalMap::xyz).toList()));
  }

  @Override
  public Optional<Constant<NormalMap>> constant(int classes) {
    return Optional.of(new CommonDirection());
  }

  @Override
  public Closeness closeness(NormalMap prediction, NormalMap other) {
    return Closeness.ofValues(prediction.xyz(), other.xyz());
  }

  /** 8-bit RGB, component = value / 127.5 - 1: x right, y up, and blue towards the camera. */
  @Override
  public byte[] png(NormalMap prediction, List<Integer> palette) {
    return NormalPicture.png(NormalPicture.of(prediction));
  }

  @Override
  public byte[] column(NormalMap prediction, ColumnForms forms) {
    return forms.normals() == NormalsColumn.PNG
        ? png(prediction, List.of())
        : NormalPacking.pack(prediction);
  }

  @Override
  public String columnMeaning(ColumnForms forms) {
    return forms.normals() == NormalsColumn.PNG
        ? "PNG, 8-bit RGB: component = value / 127.5 - 1; x right, y up, blue towards the camera"
        : "two little-endian uint16 planes [height, width]: octahedral u and v = value / 32767 - 1;"
            + " x right, y up, z forward; 65535: none";
  }

  @Override
  public ColorImage picture(NormalMap prediction, List<Integer> palette) {
    return NormalPicture.of(prediction);
  }

  @Override
  public Colouring colouring(GroundTruth truth, NormalMap prediction, List<Integer> palette) {
    float[] is = truth.normals().xyz();
    float[] says = prediction.xyz();
    return new Colouring(
        i -> NormalStatistics.hasNormal(is, 3 * i) ? color(is, 3 * i) : Colors.NONE,
        i -> color(says, 3 * i),
        i ->
            NormalStatistics.hasNormal(is, 3 * i)
                ? Colors.heat(NormalStatistics.degrees(is, says, 3 * i) / WORST_ANGLE)
                : Colors.NONE,
        false);
  }

  private static int color(float[] xyz, int at) {
    return Colors.normal(xyz[at], xyz[at + 1], xyz[at + 2]);
  }

  @Override
  public List<PaperFigure> paper() {
    return List.of(
        PaperFigure.alone(
            "scenenet",
            "Table 1",
            Map.of("below-11.25", 83.0, "below-22.5", 91.5, "below-30", 93.8, "mean-angle", 8.3)),
        PaperFigure.shared(
            "scenenet",
            "Table 3",
            "labels + normals (1:10)",
            "mid",
            Map.of("below-11.25", 86.6, "below-22.5", 93.4, "below-30", 95.3, "mean-angle", 7.0)),
        PaperFigure.shared(
            "scenenet",
            "Table 4",
            "normals + depth (10:1)",
            "early",
            Map.of("below-11.25", 83.6, "below-22.5", 92.2, "below-30", 94.5)),
        PaperFigure.shared(
            "scenenet",
            "Table 4",
            "normals + depth (10:1)",
            "early-mid",
            Map.of("below-11.25", 85.5, "below-22.5", 92.9, "below-30", 94.9)),
        PaperFigure.shared(
            "scenenet",
            "Table 4",
            "normals + depth (10:1)",
            "mid",
            Map.of("below-11.25", 85.5, "below-22.5", 93.1, "below-30", 95.1)),
        PaperFigure.shared(
            "scenenet",
            "Table 4",
            "normals + depth (10:1)",
            "late",
            Map.of("below-11.25", 85.0, "below-22.5", 92.6, "below-30", 94.8)));
  }

  @Override
  public String legend() {
    return "Red is right, green up, blue towards the camera. Error: dark is 0°, light yellow 60° and"
        + " more; black is unknown.";
  }

  private static final class NormalScoring extends Scoring<NormalMap, NormalStatistics> {
    private static final ErrorChart CHART =
        new ErrorChart(
            "Angles",
            "Share of pixels; the last bar holds all larger angles.",
            "angle between prediction and truth, degrees",
            0,
            90,
            List.of(
                new ErrorChart.Mark(11.25, "11.25"),
                new ErrorChart.Mark(22.5, "22.5"),
                new ErrorChart.Mark(30, "30")));

    NormalScoring() {
      super("normals", "Surface normals", Metrics.NORMALS);
    }

    @Override
    public NormalStatistics none(int classes) {
      return new NormalStatistics();
    }

    @Override
    public NormalStatistics compare(GroundTruth truth, NormalMap prediction, int classes) {
      return truth.knows(TruthKind.DEPTH)
          ? NormalStatistics.of(truth.normals(), prediction, truth.depth())
          : NormalStatistics.of(truth.normals(), prediction);
    }

    @Override
    public DistanceCounts byDistance(NormalStatistics statistics) {
      return statistics.byDistance();
    }

    @Override
    public String rightMeans() {
      return "Share of pixels off by less than 30°.";
    }

    @Override
    public Optional<ErrorHistogram> errors(NormalStatistics statistics) {
      return Optional.of(new ErrorHistogram("degrees", statistics.angles()));
    }

    @Override
    public Optional<ErrorChart> errorChart() {
      return Optional.of(CHART);
    }
  }
}
