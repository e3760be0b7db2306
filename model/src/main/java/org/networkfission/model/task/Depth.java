package org.networkfission.model.task;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.networkfission.model.loss.DepthDifference;
import org.networkfission.model.loss.LossOptions;
import org.networkfission.model.loss.PixelLoss;
import org.networkfission.model.loss.Target;
import org.networkfission.model.parallel.Workers;
import org.networkfission.model.statistics.DepthStatistics;
import org.networkfission.model.task.ColumnForms.DepthColumn;
import org.networkfission.prep.codec.Png16;
import org.networkfission.prep.frame.ColorImage;
import org.networkfission.prep.frame.DepthMap;
import org.networkfission.prep.frame.TruthKind;

/** Depth along the optical axis per pixel: in metres inside the network, in mm outside. */
public final class Depth extends TaskDefinition<DepthMap> {
  /** Depth as it is. */
  public static final Scoring<DepthMap, DepthStatistics> SCORING =
      new DepthScoring<>("depth", "Depth", "", (truth, prediction) -> prediction);

  /** Depth up to scale and shift of disparity, see {@link Alignment}. */
  public static final Scoring<DepthMap, DepthStatistics> ALIGNED =
      new DepthScoring<>(
          "aligned-depth", "Depth up to scale and shift", Alignment.EXPLANATION, Alignment::fit);

  /**
   * Metres that a new network predicts on average: about a room's, for Adam moves a shift by at
   * most the learning rate in a step and would take thousands of steps to get there from 0.
   */
  static final double FIRST_METRES = 2.5;

  private static final float MILLIMETRES_PER_METRE = 1000;
  private static final float METRES_PER_MILLIMETRE = 1e-3f;
  private static final int MAX_SAMPLE = 0xffff;

  /** Logarithms of ratios from here on have the error's last colour. */
  private static final double WORST_LOG_RATIO = Math.log(2);

  public Depth() {
    super(DepthMap.class, List.of(SCORING, ALIGNED));
  }

  @Override
  public int channels(int classes) {
    return 1;
  }

  @Override
  public String meaning() {
    return "depth along the optical axis in metres";
  }

  @Override
  public OptionalDouble firstValue() {
    return OptionalDouble.of(FIRST_METRES);
  }

  @Override
  public TruthKind truth() {
    return TruthKind.DEPTH;
  }

  @Override
  public Target target(List<GroundTruth> truths) {
    int pixels = truths.get(0).pixels();
    Target target = Target.empty(truths.size(), 1, pixels);
    Workers.forEach(
        truths.size(),
        image -> {
          target.known()[image] = truths.get(image).knows(truth());
          float[] metres = truths.get(image).metres();
          System.arraycopy(metres, 0, target.values(), image * pixels, pixels);
          for (int i = 0; i < pixels; i++) {
            target.valid()[image * pixels + i] = metres[i] > 0;
          }
        });
    return target;
  }

  @Override
  public PixelLoss loss(LossOptions options) {
    return new DepthDifference(options.depthLoss());
  }

  /** In mm; may be negative where a network says so. */
  @Override
  public DepthMap prediction(float[] planes, int width, int height) {
    float[] millimetres = new float[planes.length];
    for (int i = 0; i < planes.length; i++) {
      millimetres[i] = planes[i] * MILLIMETRES_PER_METRE;
    }
    return new DepthMap(width, height, millimetres);
  }

  @Override
  public DepthMap stack(List<DepthMap> bands) {
    return new DepthMap(
        bands.get(0).width(),
        bands.stream().mapToInt(DepthMap::height).sum(),
        joined(bands.stream().map(DepthMap::millimetres).toList()));
  }

  @Override
  public Optional<Constant<DepthMap>> constant(int classes) {
    return Optional.of(new Common());
  }

  @Override
  public Closeness closeness(DepthMap prediction, DepthMap other) {
    return Closeness.ofValues(prediction.millimetres(), other.millimetres());
  }

  /** 16-bit grey, z in mm, 1 to 65,535. */
  @Override
  public byte[] png(DepthMap prediction, List<Integer> palette) {
    short[] samples = new short[prediction.millimetres().length];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = sample(prediction.millimetres()[i]);
    }
    return Png16.writeGrey(prediction.width(), prediction.height(), samples);
  }

  private static short sample(float millimetres) {
    return (short) Math.max(1, Math.min(MAX_SAMPLE, Math.round(millimetres)));
  }

  @Override
  public byte[] column(DepthMap prediction, ColumnForms forms) {
    float[] millimetres = prediction.millimetres();
    if (forms.depth() == DepthColumn.FLOAT32) {
      return floats(millimetres, METRES_PER_MILLIMETRE);
    }
    ByteBuffer bytes =
        ByteBuffer.allocate(Short.BYTES * millimetres.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float z : millimetres) {
      bytes.putShort(sample(z));
    }
    return bytes.array();
  }

  @Override
  public String columnMeaning(ColumnForms forms) {
    return forms.depth() == DepthColumn.FLOAT32
        ? "little-endian float32 [height, width]: metres"
        : "little-endian uint16 [height, width]: mm, 1 to 65535";
  }

  @Override
  public Optional<String> limits() {
    return Optional.of(
        "Depth in metres depends on the field of view of the cameras of its data; of another"
            + " camera's photo it may be off by a factor.");
  }

  /** From dark blue, the image's nearest, to yellow. */
  @Override
  public ColorImage picture(DepthMap prediction, List<Integer> palette) {
    float[] z = prediction.millimetres();
    float near = Float.MAX_VALUE;
    float far = -Float.MAX_VALUE;
    for (float millimetres : z) {
      near = Math.min(near, millimetres);
      far = Math.max(far, millimetres);
    }
    float from = near;
    float range = Math.max(1, far - near);
    return Colors.image(
        prediction.width(), prediction.height(), i -> Colors.viridis((z[i] - from) / range));
  }

  @Override
  public Colouring colouring(GroundTruth truth, DepthMap prediction, List<Integer> palette) {
    return colouring(truth.depth(), prediction);
  }

  /** Of depth in mm, on the scale of the truth if there is any. */
  static Colouring colouring(DepthMap truth, DepthMap prediction) {
    float[] is = truth.millimetres();
    float[] says = prediction.millimetres();
    float near = Float.MAX_VALUE;
    float far = 0;
    for (float z : is) {
      near = z > 0 ? Math.min(near, z) : near;
      far = Math.max(far, z);
    }
    if (far == 0) { // Nothing is known: on the prediction's own scale.
      for (float z : says) {
        near = Math.min(near, z);
        far = Math.max(far, z);
      }
    }
    double from = near;
    double range = Math.max(1, far - near);
    return new Colouring(
        i -> is[i] > 0 ? Colors.viridis((is[i] - from) / range) : Colors.NONE,
        i -> Colors.viridis((says[i] - from) / range),
        i ->
            is[i] > 0
                ? Colors.heat(Math.log(DepthStatistics.ratio(is[i], says[i])) / WORST_LOG_RATIO)
                : Colors.NONE,
        false);
  }

  @Override
  public List<PaperFigure> paper() {
    return List.of(
        PaperFigure.alone(
            "scenenet",
            "Table 1",
            Map.of("below-1.25", 86.1, "below-1.25^2", 95.3, "below-1.25^3", 97.5)),
        PaperFigure.shared(
            "scenenet",
            "Table 4",
            "normals + depth (10:1)",
            "early",
            Map.of("below-1.25", 81.1, "below-1.25^2", 91.5, "below-1.25^3", 94.3)),
        PaperFigure.shared(
            "scenenet",
            "Table 4",
            "normals + depth (10:1)",
            "early-mid",
            Map.of("below-1.25", 83.5, "below-1.25^2", 92.5, "below-1.25^3", 94.7)),
        PaperFigure.shared(
            "scenenet",
            "Table 4",
            "normals + depth (10:1)",
            "mid",
            Map.of("below-1.25", 81.8, "below-1.25^2", 90.9, "below-1.25^3", 93.2)),
        PaperFigure.shared(
            "scenenet",
            "Table 4",
            "normals + depth (10:1)",
            "late",
            Map.of("below-1.25", 82.5, "below-1.25^2", 90.1, "below-1.25^3", 92.2)),
        PaperFigure.shared(
            "scenenet",
            "Table 5",
            "labels + depth (2:1)",
            "early",
            Map.of("below-1.25", 66.0, "below-1.25^2", 86.8, "below-1.25^3", 93.3)),
        PaperFigure.shared(
            "scenenet",
            "Table 5",
            "labels + depth (2:1)",
            "early-mid",
            Map.of("below-1.25", 81.7, "below-1.25^2", 94.1, "below-1.25^3", 97.1)),
        PaperFigure.shared(
            "scenenet",
            "Table 5",
            "labels + depth (2:1)",
            "mid",
            Map.of("below-1.25", 82.8, "below-1.25^2", 94.7, "below-1.25^3", 97.3)),
        PaperFigure.shared(
            "scenenet",
            "Table 5",
            "labels + depth (2:1)",
            "late",
            Map.of("below-1.25", 82.3, "below-1.25^2", 94.6, "below-1.25^3", 97.2)));
  }

  @Override
  public String legend() {
    return "Dark blue is the frame’s nearest depth, yellow its farthest. Error: dark is a ratio of"
        + " 1, light yellow of 2 and more; black is unknown.";
  }

  private static final class Common extends CommonDepth<DepthMap> {
    private static final long serialVersionUID = 1;

    @Override
    DepthMap image(int width, int height, int millimetres) {
      float[] all = new float[width * height];
      Arrays.fill(all, millimetres);
      return new DepthMap(width, height, all);
    }
  }
}
